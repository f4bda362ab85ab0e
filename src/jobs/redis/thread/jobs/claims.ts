import type { ClaimedJob } from "../../../messages/commands.ts";
import type { Parts } from "../parts.ts";
import { type Offered, offeredFields, offeredOf } from "../records/offered.ts";
import type { Pool } from "../records/record.ts";
import { readOwnerFields } from "../records/ticket-owners.ts";
import { quietly, settle } from "../tickets/move-ticket.ts";
import { expectNoTurns, nextInTurn } from "../tickets/turns.ts";
import { loseAttempt } from "./attempt-ends.ts";
import { type Claim, tryToStart } from "./starting.ts";

/** A clock may differ a little between two measurements of it. */
const earlyMs = 5;

/**
 * Longest time of a claim that finds only jobs without room in their lines: they are parked, and it
 * goes on to those behind them.
 */
const longestClaimMs = 500;

/** Takes the next jobs of a pool; each is running then, and has one more attempt. */
export async function claimJobs(
  parts: Parts,
  pool: Pool,
  limit: number,
  onProbation: readonly string[],
): Promise<ClaimedJob[]> {
  const until = parts.clock.steady() + longestClaimMs;
  while (parts.clock.steady() < until) {
    const most = await mostTickets(parts, pool, limit);
    if (most === 0) return [];
    const { claimed, isMore } = await claimSome(parts, pool, most, { onProbation, until });
    if (claimed.length > 0 || !isMore) return claimed;
  }
  return [];
}

/** While all is paused, only what a lost host had: its jobs are lost, and wait or end. */
async function mostTickets(parts: Parts, pool: Pool, limit: number): Promise<number> {
  if (!parts.pauses.now.all) return limit;
  return Math.min(limit, await parts.tickets[pool].countReturned());
}

/** @returns `isMore`: there may be others behind those that were taken */
async function claimSome(
  parts: Parts,
  pool: Pool,
  limit: number,
  rules: Pick<Claim, "onProbation" | "until">,
): Promise<{ readonly claimed: ClaimedJob[]; readonly isMore: boolean }> {
  const since = parts.clock.steady();
  const taken = await parts.tickets[pool].take(limit);
  for (const each of taken) parts.held.add(each, since);
  const claims = taken.map((each) => ({ ...rules, parts, taken: each }));
  const tried = await Promise.all(claims.map((claim) => orLetGo(claim, claimOwn)));
  const claimed: (ClaimedJob | null)[] = [];
  // Side by side, these would all choose the same job.
  for (const [at, claim] of claims.entries()) {
    const own = tried[at] ?? null;
    claimed.push(own === "in turn" ? await orLetGo(claim, claimInTurn) : own);
  }
  return { claimed: claimed.filter((each) => each !== null), isMore: taken.length === limit };
}

/** Where Redis is away, the ticket comes back by itself when its lock ends: it is not renewed. */
async function orLetGo<Result>(
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

/** Starts the job of the ticket, where no group waits. */
async function claimOwn(claim: Claim): Promise<ClaimedJob | null | "in turn"> {
  const { parts, taken } = claim;
  const owner = await readOwner(claim);
  if (!owner) return useUp(claim);
  const { state, group } = owner.record;
  if (state === "running" || group !== null) return "in turn";
  if (isEarly(claim, owner)) return putOff(claim, owner);
  const started = await tryToStart(claim, owner, {
    write: (change) => expectNoTurns(change, parts, owner.record),
  });
  return started ?? (parts.held.has(taken.ticket) ? "in turn" : null);
}

/** Starts the job whose turn it is. Those that come before it and cannot start are parked, or end. */
async function claimInTurn(claim: Claim): Promise<ClaimedJob | null> {
  const { parts, taken } = claim;
  const { pool, priority, ticket } = taken;
  do {
    if (!parts.held.has(ticket)) return null; // It was that of a job that is parked now, or has ended.
    const [owner, turn] = await Promise.all([
      readOwner(claim),
      parts.pauses.now.all ? null : nextInTurn(parts, pool, priority),
    ]);
    if (!owner) return useUp(claim);
    const { seq, token, state } = owner.record;
    // Its lock has ended: the host that ran it is gone, or cannot reach Redis.
    if (state === "running") await loseAttempt(parts, { seq, token }, false, null, owner);
    else if (!turn && isEarly(claim, owner)) return putOff(claim, owner);
    else {
      const started = await tryToStart(claim, turn?.offered ?? owner, {
        owner: seq,
        stamp: turn?.stamp,
      });
      if (started) return started;
    }
  } while (parts.clock.steady() < claim.until);
  if (parts.held.release(ticket)) await quietly(parts.tickets[pool].putBack(taken));
  return null;
}

async function readOwner({ parts, taken }: Claim): Promise<Offered | null> {
  return offeredOf((await readOwnerFields(parts, taken.ticket, offeredFields)) ?? []);
}

function isEarly({ parts }: Claim, { record }: Offered): boolean {
  return record.runAt > parts.clock.now() + earlyMs;
}

/** The ticket waits again. */
async function putOff({ parts, taken }: Claim, { record }: Offered): Promise<null> {
  if (parts.held.release(taken.ticket)) await settle(parts, taken, record);
  return null;
}

/** The ticket is nobody's. */
async function useUp({ parts, taken }: Claim): Promise<null> {
  if (parts.held.release(taken.ticket)) await quietly(parts.tickets[taken.pool].finish(taken));
  return null;
}
