import type { JobKey, NewJob } from "../../../new-job.ts";
import type { AwaitedEnd, Before } from "../after/prerequisites.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import { followEnd } from "../records/follow-end.ts";
import { moveIndexes } from "../records/indexes.ts";
import { writeNewRecord } from "../records/job-changes.ts";
import { isFinal, isTicketNew, type JobRecord, recordOf } from "../records/record.ts";
import { moveInLines } from "../records/turn-indexes.ts";
import { endedJob } from "./attempt-ends.ts";

/** What Redis has under an Idempotency-Key. */
export interface KeptKey {
  readonly seq: number;
  readonly fingerprints: readonly string[];
}

/** A new job, before its commit. */
export interface NewRecord {
  readonly job: NewJob;
  readonly record: JobRecord;
  /** The ends that it waits for. */
  readonly waits: readonly AwaitedEnd[];
}

/** A job whose prerequisite has ended without success is cancelled from the start. */
export function newRecord(
  parts: Parts,
  job: NewJob,
  seq: number,
  { waits, error }: Before,
): NewRecord {
  const plain = recordOf(job, seq, parts.clock.now());
  const waitsFor = waits.map(({ name }) => name);
  if (!error) return { job, waits, record: { ...plain, waitsFor } };
  const ended = endedJob(parts, plain, { to: "cancelled", error });
  return { job, waits, record: { ...ended, holdsUnique: false } };
}

/** Adds a new job to a change, but not what it waits for. */
export function writeNew(change: Change, parts: Parts, { record, job }: NewRecord): void {
  const { keys, clock } = parts;
  const { seq } = record;
  const isOver = isFinal(record.state);
  writeNewRecord(change, parts, isOver ? followEnd(change, parts, record, "") : record, job);
  if (job.key) keepKey(change, parts, job.key, seq);
  if (job.unique && record.holdsUnique)
    change.do("SET", keys.unique(job.task, job.unique.key), seq);
  if (job.group) keepGroupLimit(change, parts, job.group);
  moveIndexes(change, keys, null, record);
  moveInLines(change, keys, null, record, clock.now());
  if (isTicketNew(record)) change.do("ZADD", keys.unplaced, clock.now(), record.ticket);
}

export function keepKey(change: Change, { keys }: Parts, key: JobKey, seq: number): void {
  const kept: KeptKey = { seq, fingerprints: key.fingerprints };
  change.do("SET", keys.idempotency(key.name), JSON.stringify(kept));
}

/** The latest job with a limit sets that of its group. A job without one leaves it as it is. */
export function keepGroupLimit(
  change: Change,
  { keys }: Parts,
  { key, concurrency }: NonNullable<NewJob["group"]>,
): void {
  if (concurrency !== null) change.do("HSET", keys.groupLimits, key, concurrency);
}
