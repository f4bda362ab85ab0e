import { endsNow } from "../../../transitions/batch-end.ts";
import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { isFinal, type JobRecord } from "../records/record.ts";
import { announceBatch, forgetBatchDelivery } from "../webhooks/announce.ts";
import { type BatchRecord, readBatch } from "./batch-record.ts";

/** Jobs of a batch end at the same time, and each time one of them gets on. */
const mostTries = 1000;

/**
 * A job goes from one record to the next: its batch counts that in the same change.
 *
 * @returns whether the batch is to be looked at then: it may have ended, or be gone
 */
export function countInBatch(
  change: Change,
  { keys, clock }: Parts,
  before: JobRecord,
  after: JobRecord | null,
): boolean {
  const { batch } = before;
  if (batch === null) return false;
  const [was, is] = [isFinal(before.state), after !== null && isFinal(after.state)];
  if (after && was === is) return false;
  if (after && was) change.do("HINCRBY", keys.batch(batch), before.state, -1);
  if (after && is) change.do("HINCRBY", keys.batch(batch), after.state, 1);
  if (after) change.do("HINCRBY", keys.batch(batch), "v", 1);
  change.do("ZADD", keys.countedBatches, clock.now(), batch);
  change.do("PUBLISH", keys.changedBatch(batch), "");
  return true;
}

/** A batch whose counts have changed ends now, or goes with its last job, or nothing is to be done. */
export async function lookAtBatch(parts: Parts, seq: number): Promise<void> {
  const { client, keys } = parts;
  for (let tries = 0; tries < mostTries; tries++) {
    const batch = await readBatch(parts, seq);
    if (!batch) {
      await client.zrem(keys.countedBatches, seq);
      return;
    }
    const change = new Change();
    change.expect("field", keys.batch(seq), "v", String(batch.version));
    if (!(await isGone(parts, batch))) endOrLeave(change, parts, batch);
    else remove(change, parts, batch);
    change.do("ZREM", keys.countedBatches, seq);
    if ((await commit(client, keys.meta, change)).failed === 0) return;
  }
}

/** Its jobs enter their set only after the batch is accepted. */
async function isGone({ client, keys }: Parts, { seq, indexed, total }: BatchRecord) {
  return indexed >= total && (await client.zcard(keys.found("batch", String(seq)))) === 0;
}

function remove(change: Change, parts: Parts, { seq, key, onEnd }: BatchRecord): void {
  const { keys } = parts;
  change.expect("most", keys.found("batch", String(seq)), 0);
  change.do("DEL", keys.batch(seq));
  if (key) change.do("DEL", keys.batchKey(key.name));
  change.do("ZREM", keys.batches, seq);
  change.do("ZREM", keys.cancellingBatches, seq);
  change.do("PUBLISH", keys.changedBatch(seq), "");
  if (onEnd) forgetBatchDelivery(change, parts, seq, onEnd.url);
}

function endOrLeave(change: Change, parts: Parts, batch: BatchRecord): void {
  if (!endsNow(batch)) return;
  const { keys, clock } = parts;
  change.do("HSET", keys.batch(batch.seq), "finishedAt", clock.now());
  change.do("HINCRBY", keys.batch(batch.seq), "v", 1);
  change.do("PUBLISH", keys.changedBatch(batch.seq), "");
  if (batch.onEnd) announceBatch(change, parts, batch.seq, batch.onEnd.url);
}
