import { isFinal } from "../../../job.ts";
import type { NewJob } from "../../../new-job.ts";
import { untoldOf } from "../after/ends.ts";
import { countInBatch } from "../batches/batch-counts.ts";
import type { Parts } from "../parts.ts";
import { moveTicket } from "../tickets/move-ticket.ts";
import { type Argument, Change, commit } from "./commit.ts";
import { followEnd } from "./follow-end.ts";
import { moveIndexes } from "./indexes.ts";
import type { Keys } from "./keys.ts";
import { decode, encode, hasTicket, isTicketNew, type JobRecord, newTicketOf } from "./record.ts";
import { moveOwners } from "./ticket-owners.ts";
import { moveInLines } from "./turn-indexes.ts";

/** A job as it was read. */
export interface ReadJob {
  readonly record: JobRecord;
  readonly progress: string | null;
  /** The name of its end, if others wait for it (after/ends.ts); otherwise the empty text. */
  readonly awaited: string;
}

/** What is to become of a job. */
export interface Decision<Value> {
  /** Null: it is removed. */
  readonly after: JobRecord | null;
  /** What is written beside its record. */
  readonly write?: (change: Change) => void;
  /** The job whose ticket it takes. That one gets the ticket that it had; nothing else of it changes. */
  readonly swapsWith?: number | undefined;
  readonly value: Value;
}

export interface Changed<Value> {
  readonly before: JobRecord;
  readonly after: JobRecord | null;
  readonly value: Value;
}

/** Other hosts change the same job rarely, and each time one of them gets on. */
const mostTries = 100;

/** Of the hash of a job: what `readJobOf` takes. */
export const jobFields = ["v", "j", "t", "p", "d"] as const;

/** @returns null for a job that is not there */
export async function readJob(parts: Parts, seq: number): Promise<ReadJob | null> {
  return readJobOf(await parts.client.hmget(parts.keys.job(seq), ...jobFields));
}

/** @param fields the values of `jobFields` */
export function readJobOf(fields: readonly (string | null | undefined)[]): ReadJob | null {
  const [version, json, ticket, progress = null, awaited] = fields;
  if (!version || !json) return null;
  return { record: decode(version, json, ticket), progress, awaited: awaited ?? "" };
}

/**
 * Changes one job: reads it, decides, and writes, where nobody has changed it meanwhile; otherwise
 * again.
 *
 * @param decide null: nothing is to be done
 * @param known how it was read before, for the first try
 * @returns null where nothing was done
 */
export async function changeJob<Value>(
  parts: Parts,
  seq: number,
  decide: (read: ReadJob) => Decision<Value> | null | Promise<Decision<Value> | null>,
  known?: ReadJob,
): Promise<Changed<Value> | null> {
  let read: ReadJob | null = known ?? (await readJob(parts, seq));
  for (let tries = 0; tries < mostTries; tries++) {
    if (!read) return null;
    const decision = await decide(read);
    if (!decision) return null;
    const { record: before } = read;
    const { change, after, untold, isCounted } = changeOf(parts, read, decision);
    const { failed } = await commit(parts.client, parts.keys.meta, change);
    if (failed === 0) {
      if (after) parts.tally.moved(before, after);
      if (after?.state === "running") parts.held.wrote(after);
      if (untold !== null) parts.background.tellDependants(untold);
      if (isCounted && before.batch !== null) parts.background.lookAtBatch(before.batch);
      await moveTicket(parts, before, after);
      if (after?.state !== "running")
        for (const line of before.lines) parts.background.lookAtLine(line);
      return { before, after, value: decision.value };
    }
    read = await readJob(parts, seq);
  }
  throw new Error(`Job ${seq} was changed by others each time`);
}

interface Prepared {
  readonly change: Change;
  readonly after: JobRecord | null;
  /** The end that its dependants are to be told of. */
  readonly untold: string | null;
  /** Its batch is to be looked at. */
  readonly isCounted: boolean;
}

function changeOf<Value>(
  parts: Parts,
  { record: before, awaited }: ReadJob,
  { after: wanted, write, swapsWith }: Decision<Value>,
): Prepared {
  const { keys, clock } = parts;
  const { seq, version } = before;
  const change = new Change();
  change.expect("field", keys.job(seq), "v", String(version));
  change.expect("field", keys.job(seq), "t", before.ticket);
  write?.(change);
  let after = wanted && {
    ...{ ...wanted, version: version + 1 },
    ticket: hasTicket(wanted) ? wanted.ticket : "",
  };
  const ends = after !== null && isFinal(after.state) && !isFinal(before.state);
  if (ends && after) after = followEnd(change, parts, after, awaited);
  if (after) writeRecord(change, parts, after);
  else change.do("DEL", keys.job(seq), keys.attempts(seq));
  moveIndexes(change, keys, before, after);
  moveInLines(change, keys, before, after, clock.now());
  writeTickets(change, keys, before, after?.ticket ?? "", swapsWith);
  if (after && isTicketNew(after)) change.do("ZADD", keys.unplaced, clock.now(), after.ticket);
  const isCounted = countInBatch(change, parts, before, after);
  change.do("PUBLISH", keys.changed(seq), "");
  const untold = ends && after ? untoldOf(awaited, after.state) : null;
  return { change, after, untold, isCounted };
}

export function writeRecord(change: Change, { keys }: Parts, record: JobRecord): void {
  change.do("HSET", keys.job(record.seq), "v", record.version, "j", encode(record));
}

/** A job that is not in Redis yet, with its input. */
export function writeNewRecord(
  change: Change,
  { keys }: Parts,
  record: JobRecord,
  { input, body }: Pick<NewJob, "input" | "body">,
): void {
  const fields: Argument[] = ["v", record.version, "j", encode(record), "in", input];
  if (hasTicket(record)) fields.push("t", record.ticket);
  if (body) fields.push("ib", body);
  change.do("HSET", keys.job(record.seq), ...fields);
}

function writeTickets(
  change: Change,
  keys: Keys,
  { seq, ticket: from }: JobRecord,
  to: string,
  swapsWith: number | undefined,
): void {
  const moves = [{ seq, from, to }];
  if (swapsWith !== undefined) {
    change.expect("field", keys.job(swapsWith), "t", to);
    moves.push({ seq: swapsWith, from: to, to: from });
  }
  moveOwners(change, keys, moves);
}

/**
 * The ticket that it had is worth nothing any more; it gets another one.
 *
 * @param record the version is that before the change
 */
export function withNewTicket(record: JobRecord): JobRecord {
  return { ...record, ticket: newTicketOf({ ...record, version: record.version + 1 }) };
}
