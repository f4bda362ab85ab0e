import type { Assignment } from "../../../assignment.ts";
import type { ClaimedJob } from "../../../messages/commands.ts";
import { isOverdue } from "../../../transitions/expiry.ts";
import { isFreedByStart } from "../../../transitions/uniqueness.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import { changeJob, type Decision, type ReadJob, withNewTicket } from "../records/job-changes.ts";
import { taskLine } from "../records/line.ts";
import { decode, isFinal, type JobRecord, type Pool } from "../records/record.ts";
import { quietly } from "../tickets/move-ticket.ts";
import { type FullLine, fullLineOf, park } from "../tickets/parking.ts";
import type { Taken } from "../tickets/tickets.ts";
import { endedJob, loseAttempt } from "./attempt-ends.ts";

/** A clock may differ a little between two measurements of it. */
const earlyMs = 5;

interface Offered extends ReadJob {
  readonly input: string;
  readonly checkpoint: string | null;
}

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
  const since = parts.clock.steady();
  while (parts.clock.steady() - since < longestClaimMs) {
    const most = await mostTickets(parts, pool, limit);
    if (most === 0) return [];
    const { claimed, isMore } = await claimSome(parts, pool, most, onProbation);
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
  onProbation: readonly string[],
): Promise<{ readonly claimed: ClaimedJob[]; readonly isMore: boolean }> {
  const since = parts.clock.steady();
  const taken = await parts.tickets[pool].take(limit);
  for (const each of taken) parts.held.add(each, since);
  const claimed = await Promise.all(taken.map((each) => claimOrLetGo(parts, each, onProbation)));
  return { claimed: claimed.filter((each) => each !== null), isMore: taken.length === limit };
}

/** Where Redis is away, the ticket comes back by itself when its lock ends: it is not renewed. */
async function claimOrLetGo(
  parts: Parts,
  taken: Taken,
  onProbation: readonly string[],
): Promise<ClaimedJob | null> {
  try {
    return await claimJob(parts, taken, onProbation);
  } catch {
    parts.held.release(taken.seq);
    return null;
  }
}

async function claimJob(
  parts: Parts,
  taken: Taken,
  onProbation: readonly string[],
): Promise<ClaimedJob | null> {
  const { seq } = taken;
  let offered = await readOffered(parts, seq);
  if (offered?.record.state === "running" && offered.record.ticket === taken.ticket) {
    // Its lock has ended: the host that ran it is gone, or cannot reach Redis.
    await loseElsewhere(parts, offered);
    offered = await readOffered(parts, seq);
  }
  if (!offered || isDead(offered.record, taken)) return useUp(parts, seq);
  const { input, checkpoint } = offered;
  const changed = await changeJob(
    parts,
    seq,
    (read) => (isDead(read.record, taken) ? null : decide(parts, read.record, onProbation)),
    offered,
  );
  if (!changed) return useUp(parts, seq);
  const { before, after } = changed;
  if (after?.state !== "running") return null;
  parts.held.started({ seq, token: after.token });
  parts.tally.started(seq, parts.clock.now() - before.runAt);
  return { ...assignmentOf(parts, after, input, checkpoint), seq };
}

/** The ticket is worth nothing. */
async function useUp(parts: Parts, seq: number): Promise<null> {
  const released = parts.held.release(seq);
  if (released) await quietly(parts.tickets[released.pool].finish(released));
  return null;
}

/** Whether the ticket is worth nothing any more. */
function isDead({ state, ticket, waitsFor, parked }: JobRecord, taken: Taken): boolean {
  return isFinal(state) || ticket !== taken.ticket || waitsFor.length > 0 || parked !== null;
}

async function loseElsewhere(parts: Parts, read: ReadJob): Promise<void> {
  const { seq, token } = read.record;
  // Its ticket is ours now, but another one is made: then the first one is nobody's.
  const ticket = parts.held.release(seq);
  await loseAttempt(parts, { seq, token }, false, null, read);
  if (ticket) await quietly(parts.tickets[ticket.pool].finish(ticket));
}

async function decide(
  parts: Parts,
  record: JobRecord,
  onProbation: readonly string[],
): Promise<Decision<null>> {
  const now = parts.clock.now();
  const { task, runAt, pool } = record;
  if (isOverdue(record.startBefore, now))
    return { after: endedJob(parts, record, { to: "expired" }), value: null };
  if (runAt > now + earlyMs) return { after: record, value: null }; // Its ticket waits again.
  if (parts.pauses.isPaused(task)) return park(parts, record, taskLine(task));
  if (pool === "open" && onProbation.includes(task))
    return { after: withNewTicket({ ...record, pool: "held" }), value: null };
  const line = await fullLineOf(parts, record);
  return line.full === null ? start(parts, record, line) : park(parts, record, line.full);
}

function start(parts: Parts, record: JobRecord, { guard, lines }: FullLine): Decision<null> {
  const { unique, holdsUnique, task } = record;
  const frees = unique !== null && holdsUnique && isFreedByStart(unique);
  const after: JobRecord = {
    ...{ ...record, state: "running", token: record.token + 1, attempts: record.attempts + 1 },
    ...{ lines, startedAt: parts.clock.now(), holdsUnique: holdsUnique && !frees },
  };
  const write = (change: Change) => {
    guard(change);
    if (frees) change.do("DEL", parts.keys.unique(task, unique.key));
  };
  return { after, write, value: null };
}

async function readOffered(parts: Parts, seq: number): Promise<Offered | null> {
  const fields = ["v", "j", "p", "d", "in", "c"] as const;
  const [version, json, progress = null, awaited, input, checkpoint = null] =
    await parts.client.hmget(parts.keys.job(seq), ...fields);
  if (!version || !json) return null;
  const read = { record: decode(version, json), progress, awaited: awaited ?? "" };
  return { ...read, input: input ?? "null", checkpoint };
}

function assignmentOf(
  parts: Parts,
  record: JobRecord,
  input: string,
  checkpoint: string | null,
): Assignment {
  const { seq, token, task, attempts, maxAttempts, timeoutMs, traceparent } = record;
  return {
    ...{ id: parts.ids.idOf(seq), token, task, input, attempt: attempts, maxAttempts, timeoutMs },
    ...(checkpoint !== null && { checkpoint }),
    ...(traceparent !== null && { traceparent }),
  };
}
