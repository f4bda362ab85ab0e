import type { Parts } from "../parts.ts";
import type { ReadJob } from "../records/job-changes.ts";
import { settle } from "../tickets/move-ticket.ts";
import type { Taken } from "../tickets/tickets.ts";

/** A ticket that was taken, so that a job starts. */
export interface Claim {
  readonly parts: Parts;
  readonly taken: Taken;
  readonly onProbation: readonly string[];
  /** When it is to end, in steady time. */
  readonly until: number;
}

/** A clock may differ a little between two measurements of it. */
const earlyMs = 5;

export function isEarly({ parts }: Claim, { record }: ReadJob): boolean {
  return record.runAt > parts.clock.now() + earlyMs;
}

/** The ticket waits again, as long as its job does. */
export async function putOff({ parts, taken }: Claim, { record }: ReadJob): Promise<null> {
  if (parts.held.release(taken.ticket)) await settle(parts, taken, record);
  return null;
}

/** The ticket is nobody's. */
export async function useUp({ parts, taken }: Claim): Promise<null> {
  if (parts.held.release(taken.ticket)) await settle(parts, taken, null);
  return null;
}

/** Where Redis is away, the ticket comes back by itself when its lock ends: it is not renewed. */
export async function orLetGo<Result>(
  claim: Claim,
  act: (claim: Claim) => Promise<Result>,
): Promise<Result | null> {
  try {
    return await act(claim);
  } catch {
    claim.parts.held.release(claim.taken.ticket);
    return null;
  }
}
