import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { followEnd } from "../records/follow-end.ts";
import { indexesOf } from "../records/indexes.ts";
import { type ReadJob, readJob, writeRecord } from "../records/job-changes.ts";
import { hasTicket, isFinal, type JobRecord } from "../records/record.ts";
import { moveInLines } from "../records/turn-indexes.ts";
import { type BatchRecord, readBatch } from "./batch-record.ts";
import { stepJobs } from "./write-batch.ts";

/** Each time somebody gets on: a job changes, or another host does the same step. */
const mostTries = 1000;

/** Brings the jobs of an accepted batch into the sorted sets, and gives them tickets. */
export async function indexBatch(parts: Parts, seq: number): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const batch = await readBatch(parts, seq);
    if (!batch || batch.indexed >= batch.total) {
      await parts.client.zrem(parts.keys.unwrittenBatches, seq);
      return;
    }
    await indexStep(parts, batch);
  }
}

/** Does nothing where another host was quicker, or a job of the step has changed meanwhile. */
async function indexStep(parts: Parts, batch: BatchRecord): Promise<void> {
  const { client, keys, clock } = parts;
  const { seq, indexed, firstJob, total } = batch;
  const until = Math.min(total, indexed + stepJobs);
  const seqs = Array.from({ length: until - indexed }, (_, at) => firstJob + indexed + at);
  const jobs = await Promise.all(seqs.map((each) => readJob(parts, each)));
  const change = new Change();
  change.expect("field", keys.batch(seq), "indexed", String(indexed));
  seqs.forEach((each, at) => {
    const version = jobs[at]?.record.version;
    change.expect("field", keys.job(each), "v", version === undefined ? "" : String(version));
  });
  const read = jobs.filter((each) => each !== null);
  addToIndexes(change, parts, read);
  const claimable = read.map(({ record }) => record).filter(isClaimable);
  for (const record of claimable) change.do("ZADD", keys.unplaced, clock.now(), record.ticket);
  change.do("HSET", keys.batch(seq), "indexed", until);
  change.do("ZADD", keys.unwrittenBatches, clock.now(), seq);
  const { failed } = await commit(client, keys.meta, change);
  if (failed === 0) parts.placing.add(claimable);
}

function addToIndexes(change: Change, parts: Parts, jobs: readonly ReadJob[]): void {
  const members = new Map<string, (string | number)[]>();
  for (const { record, awaited } of jobs) {
    // It was cancelled from the start. Any other end was followed when it came.
    if (isFinal(record.state) && record.version === 1)
      writeRecord(change, parts, followEnd(change, parts, record, awaited));
    for (const [key, place] of indexesOf(parts.keys, record)) {
      const own = members.get(key) ?? [];
      members.set(key, own);
      own.push(place, record.seq);
    }
    moveInLines(change, parts.keys, null, record, parts.clock.now());
  }
  for (const [key, places] of members) change.do("ZADD", key, ...places);
}

function isClaimable(record: JobRecord): boolean {
  return record.state === "queued" && hasTicket(record);
}
