import type { Parts } from "../parts.ts";
import { isTicketNew, type JobRecord } from "../records/record.ts";
import type { Taken } from "./tickets.ts";

/**
 * Brings the ticket of a job to where its record says, after a change of that. If the process ends
 * before, nothing is lost: a ticket that is held comes back when its lock ends, and one that was not
 * added yet is found among the unplaced.
 */
export async function moveTicket(
  parts: Parts,
  before: JobRecord,
  after: JobRecord | null,
): Promise<void> {
  if (after?.state === "running") return;
  if (before.ticket !== "") await leave(parts, before, after);
  if (after && isTicketNew(after)) parts.placing.add([after]);
}

async function leave(parts: Parts, before: JobRecord, after: JobRecord | null): Promise<void> {
  const { ticket, pool, state } = before;
  const isKept = after?.ticket === ticket;
  if (isKept && state === "queued") return; // A claim of this host may have taken it.
  const taken = parts.held.release(ticket);
  if (taken) await settle(parts, taken, isKept ? after : null);
  else if (state === "queued") await quietly(parts.tickets[pool].remove(ticket));
}

/** @param after the record for which the ticket goes back; null if it is used up */
export async function settle(parts: Parts, taken: Taken, after: JobRecord | null): Promise<void> {
  const tickets = parts.tickets[taken.pool];
  if (!after) return quietly(tickets.finish(taken));
  const delayMs = after.runAt - parts.clock.now();
  await quietly(delayMs > 0 ? tickets.delay(taken, delayMs) : tickets.putBack(taken));
  parts.news.tellReady();
}

/**
 * BullMQ refuses to move a ticket that is not where it was, or under another lock. Its job's record
 * has gone on, and says what becomes of the ticket.
 */
export async function quietly(moving: Promise<unknown>): Promise<void> {
  await moving.catch(() => {});
}
