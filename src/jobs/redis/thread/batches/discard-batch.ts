import { nameEnd } from "../after/ends.ts";
import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { type Phase, readBatch } from "./batch-record.ts";
import { stepJobs } from "./write-batch.ts";

/** Removes a batch that does not count, and the records of its jobs. Nothing of one that counts. */
export async function discardBatch(parts: Parts, seq: number): Promise<void> {
  const { client, keys } = parts;
  const change = new Change();
  change.expect("field", keys.batch(seq), "phase", "written" satisfies Phase);
  change.do("HSET", keys.batch(seq), "phase", "discarded" satisfies Phase);
  await commit(client, keys.meta, change);
  const batch = await readBatch(parts, seq);
  if (batch?.phase !== "discarded") return;
  const { firstJob, total } = batch;
  for (let at = 0; at < total; at += stepJobs) {
    const length = Math.min(stepJobs, total - at);
    const numbers = Array.from({ length }, (_, place) => firstJob + at + place);
    const ends = numbers.map((each) => nameEnd({ seq: each, version: 1 }));
    await client.del(numbers.map((each) => keys.job(each)));
    await client.del(ends.map((end) => keys.dependants(end)));
  }
  await client.del(keys.batch(seq));
  await client.zrem(keys.unwrittenBatches, seq);
}
