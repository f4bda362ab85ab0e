/**
 * A batch is written in steps: one script for 10,000 jobs would hold up Redis, and with it all hosts,
 * for too long. First the records of its jobs, which nobody sees. Then, in one commit, the batch
 * counts, or it does not. Then its jobs enter the sorted sets. If this host is gone in between, the
 * chores of any host remove the records, or go on.
 */
import type { NewBatch } from "../../../batch.ts";
import { finalStates } from "../../../job.ts";
import { countEnded, type EndedCounts, endsNow } from "../../../transitions/batch-end.ts";
import { nameEnd } from "../after/ends.ts";
import { waitFor } from "../after/prerequisites.ts";
import type { Room } from "../jobs/room.ts";
import { keepGroupLimit } from "../jobs/write-new.ts";
import type { Parts } from "../parts.ts";
import { Change, type Committed, commit } from "../records/commit.ts";
import { addMembers } from "../records/indexes.ts";
import { writeNewRecord } from "../records/job-changes.ts";
import { takeNumbers } from "../records/numbers.ts";
import { isFinal } from "../records/record.ts";
import { announceBatch } from "../webhooks/announce.ts";
import type { BatchBasis, Phase } from "./batch-record.ts";
import type { BatchPlan, PlannedJob } from "./plan-batch.ts";

/** Jobs of one step. */
export const stepJobs = 250;

/** Gives a batch its numbers, and marks it as being written. */
export async function beginBatch(
  parts: Parts,
  { jobs, key, onEnd }: NewBatch,
): Promise<BatchBasis & { readonly seq: number }> {
  const { client, keys, clock } = parts;
  const total = jobs.length;
  const seq = await takeNumbers(parts, "batch", 1);
  const firstJob = await takeNumbers(parts, "seq", total);
  const basis: BatchBasis = { total, firstJob, createdAt: clock.now(), key, onEnd };
  const change = new Change();
  const fields = ["phase", "written" satisfies Phase, "j", JSON.stringify(basis), "v", 1] as const;
  change.do("HSET", keys.batch(seq), ...fields, "indexed", 0);
  change.do("ZADD", keys.unwrittenBatches, clock.now(), seq);
  await commit(client, keys.meta, change);
  return { seq, ...basis };
}

/** @returns false: others have taken this host for gone, and the batch is discarded */
export async function writeJobs(parts: Parts, { seq, jobs }: BatchPlan): Promise<boolean> {
  const { client, keys, clock } = parts;
  for (let at = 0; at < jobs.length; at += stepJobs) {
    const change = new Change();
    change.expect("field", keys.batch(seq), "phase", "written" satisfies Phase);
    for (const each of jobs.slice(at, at + stepJobs)) writeUnseen(change, parts, each);
    change.do("ZADD", keys.unwrittenBatches, clock.now(), seq);
    if ((await commit(client, keys.meta, change)).failed !== 0) return false;
  }
  return true;
}

/** A job that is in no sorted set: it cannot be found, nor claimed. */
function writeUnseen(change: Change, parts: Parts, { job, record, dependants }: PlannedJob): void {
  const { keys } = parts;
  writeNewRecord(change, parts, record, job);
  if (dependants.length === 0) return;
  const end = nameEnd(record);
  change.do("HSET", keys.job(record.seq), "d", end);
  addMembers(change, keys.dependants(end), dependants);
}

/**
 * The batch counts from now on, if all is as it was read.
 *
 * @param parts with the connection whose writes are waited for
 * @returns with `full`, the number of the check for room
 */
export async function acceptBatch(
  parts: Parts,
  room: Room,
  { seq, jobs }: BatchPlan,
  { total, key, onEnd }: BatchBasis,
): Promise<Committed & { readonly full: number }> {
  const { client, keys, clock } = parts;
  const batch = keys.batch(seq);
  const change = new Change();
  change.expect("field", batch, "phase", "written" satisfies Phase);
  if (key) change.expect("value", keys.batchKey(key.name), "");
  const full = room.expect(change, total);
  waitFor(
    change,
    parts,
    jobs.map(({ record, waits }) => ({ seq: record.seq, waits })),
  );
  const ended = countEach(jobs);
  change.do("HSET", batch, "phase", "accepted" satisfies Phase);
  if (countEnded(ended) > 0)
    change.do("HSET", batch, ...finalStates.flatMap((state) => [state, ended[state]]));
  if (endsNow({ total, ended, finishedAt: null })) {
    change.do("HSET", batch, "finishedAt", clock.now());
    if (onEnd) announceBatch(change, parts, seq, onEnd.url);
  }
  change.do("ZADD", keys.batches, seq, seq);
  if (key) change.do("SET", keys.batchKey(key.name), seq);
  keepGroups(change, parts, jobs);
  const queued = jobs.filter(({ record }) => !isFinal(record.state));
  const seqs = queued.map(({ record }) => record.seq);
  addMembers(change, keys.state("queued"), seqs);
  return { full, ...(await commit(client, keys.meta, change)) };
}

/**
 * The latest job with a limit sets that of its group. One job of each group is found by that from now
 * on: a group without jobs would lose its limit.
 */
function keepGroups(change: Change, parts: Parts, jobs: readonly PlannedJob[]): void {
  const grouped = jobs.flatMap(({ job: { group }, record: { seq } }) =>
    group ? [{ group, seq }] : [],
  );
  const limited = grouped.filter(({ group }) => group.concurrency !== null);
  const limits = new Map(limited.map(({ group }) => [group.key, group]));
  for (const group of limits.values()) keepGroupLimit(change, parts, group);
  const found = new Map(grouped.map(({ group, seq }) => [group.key, seq]));
  for (const [key, seq] of found) change.do("ZADD", parts.keys.found("group", key), seq, seq);
}

function countEach(jobs: readonly PlannedJob[]): EndedCounts {
  const counts = finalStates.map((state) => [
    state,
    jobs.filter(({ record }) => record.state === state).length,
  ]);
  return Object.fromEntries(counts) as EndedCounts;
}
