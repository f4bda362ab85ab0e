import type { Parts } from "../parts.ts";
import { lookAtBatch } from "./batch-counts.ts";
import { readBatch } from "./batch-record.ts";
import { cancelInBatches } from "./cancel-batch.ts";
import { discardBatch } from "./discard-batch.ts";
import { indexBatch } from "./index-batch.ts";

/** Batches of one kind of chore in one round. */
const mostAtOnce = 100;

/** What a host that is gone has left undone with batches. @param before Redis' time */
export async function doBatchChores(parts: Parts, before: number): Promise<void> {
  const { keys } = parts;
  await Promise.all([
    cancelInBatches(parts),
    forEach(parts, keys.unwrittenBatches, before, (seq) => goOn(parts, seq)),
    forEach(parts, keys.countedBatches, before, (seq) => lookAtBatch(parts, seq)),
  ]);
}

/** Its host has neither accepted nor refused it in time, or has not put all its jobs in their sets. */
async function goOn(parts: Parts, seq: number): Promise<void> {
  const batch = await readBatch(parts, seq);
  if (batch?.phase === "accepted" || !batch) await indexBatch(parts, seq);
  else await discardBatch(parts, seq);
}

async function forEach(
  { client }: Parts,
  set: string,
  until: number,
  act: (seq: number) => Promise<void>,
): Promise<void> {
  const seqs = await client.zrangebyscore(set, "-inf", until, "LIMIT", 0, mostAtOnce);
  for (const seq of seqs) await act(Number(seq));
}
