import type { JobKey, NewJob } from "../../../new-job.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import { moveIndexes } from "../records/indexes.ts";
import { writeRecord } from "../records/job-changes.ts";
import { hasTicket, type JobRecord } from "../records/record.ts";

/** What Redis has under an Idempotency-Key. */
export interface KeptKey {
  readonly seq: number;
  readonly fingerprints: readonly string[];
}

/** Adds a new job to a change. */
export function writeNew(change: Change, parts: Parts, record: JobRecord, job: NewJob): void {
  const { keys, clock } = parts;
  const { seq } = record;
  writeRecord(change, parts, record);
  change.do("HSET", keys.job(seq), "in", job.input);
  if (job.body) change.do("HSET", keys.job(seq), "ib", job.body);
  if (job.key) keepKey(change, parts, job.key, seq);
  if (job.unique) change.do("SET", keys.unique(job.task, job.unique.key), seq);
  if (job.group) keepGroupLimit(change, parts, job.group);
  moveIndexes(change, keys, null, record);
  if (record.state === "queued" && hasTicket(record))
    change.do("ZADD", keys.unplaced, clock.now(), seq);
}

export function keepKey(change: Change, { keys }: Parts, key: JobKey, seq: number): void {
  const kept: KeptKey = { seq, fingerprints: key.fingerprints };
  change.do("SET", keys.idempotency(key.name), JSON.stringify(kept));
}

export function keepGroupLimit(
  change: Change,
  { keys }: Parts,
  { key, concurrency }: NonNullable<NewJob["group"]>,
): void {
  if (concurrency === null) change.do("HDEL", keys.groupLimits, key);
  else change.do("HSET", keys.groupLimits, key, concurrency);
}
