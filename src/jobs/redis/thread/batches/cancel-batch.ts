import type { FoundBatch } from "../../../batch.ts";
import { countEnded } from "../../../transitions/batch-end.ts";
import { cancelRow } from "../jobs/by-hand.ts";
import type { Parts } from "../parts.ts";
import { findBatch, readBatch } from "./batch-record.ts";

/** Jobs of one step. The first is done at once; the chores of all hosts do the others. */
const stepJobs = 500;

export async function cancelBatch(parts: Parts, seq: number | undefined): Promise<FoundBatch> {
  const { client, keys } = parts;
  const batch = seq === undefined ? null : await readBatch(parts, seq);
  if (batch?.phase === "accepted" && countEnded(batch.ended) < batch.total) {
    await client.zadd(keys.cancellingBatches, 0, batch.seq);
    await cancelNext(parts, batch.seq, 0);
  }
  return findBatch(parts, seq);
}

/** The next jobs of each batch that is being cancelled. */
export async function cancelInBatches(parts: Parts): Promise<void> {
  const { client, keys } = parts;
  const found = await client.zrange(keys.cancellingBatches, "0", "-1", "WITHSCORES");
  for (let at = 0; at < found.length; at += 2)
    await cancelNext(parts, Number(found[at]), Number(found[at + 1]));
}

/** @param from the place of the first job in the batch that is left */
async function cancelNext(parts: Parts, seq: number, from: number): Promise<void> {
  const { client, keys } = parts;
  const batch = await readBatch(parts, seq);
  const total = batch?.total ?? 0;
  const until = Math.min(total, from + stepJobs);
  const places = Array.from({ length: Math.max(0, until - from) }, (_, at) => from + at);
  await Promise.all(places.map((place) => cancelOne(parts, (batch?.firstJob ?? 0) + place)));
  // Where the batch is removed, or cancelled anew, meanwhile, that stands.
  if (until < total) await client.zadd(keys.cancellingBatches, "XX", until, seq);
  else await client.zrem(keys.cancellingBatches, seq);
}

async function cancelOne(parts: Parts, seq: number): Promise<void> {
  const { token } = await cancelRow(parts, seq);
  if (token === null) return;
  parts.news.tell({ kind: "stop", id: parts.ids.idOf(seq), token });
  parts.background.stop(seq, token);
}
