import type { BatchListing, BatchPage } from "../../../batch.ts";
import { refuseCursor } from "../../../refused.ts";
import type { CommandsOptions, Handlers } from "../commands.ts";
import type { Parts } from "../parts.ts";
import { batchOf, findBatch, readBatch } from "./batch-record.ts";
import { cancelBatch } from "./cancel-batch.ts";
import { submitBatch } from "./submit-batch.ts";

export function batchesOf(options: CommandsOptions) {
  const { parts } = options;
  const { ids, news } = parts;
  return {
    "submit-batch": ({ batch }) => submitBatch(options, batch),
    "find-batch": ({ id }) => findBatch(parts, ids.seqOfBatchId(id)),
    "list-batches": ({ listing }) => listBatches(parts, listing),
    "cancel-batch": ({ id }) => cancelBatch(parts, ids.seqOfBatchId(id)),
    "watch-batch": async ({ id }) => {
      const seq = ids.seqOfBatchId(id);
      if (seq !== undefined) await news.watchBatch(seq);
      return findBatch(parts, seq);
    },
    "unwatch-batch": async ({ id }) => {
      const seq = ids.seqOfBatchId(id);
      if (seq !== undefined) await news.unwatchBatch(seq);
      return null;
    },
  } satisfies Partial<Handlers>;
}

/** @throws AppError `invalid-input` for a cursor that is none of this queue's */
async function listBatches(parts: Parts, { limit, cursor }: BatchListing): Promise<BatchPage> {
  const { client, keys, ids } = parts;
  const before =
    cursor === undefined ? "+inf" : `(${ids.seqOfBatchCursor(cursor) ?? refuseCursor()}`;
  const seqs = await client.zrevrangebyscore(keys.batches, before, "-inf", "LIMIT", 0, limit + 1);
  const shown = seqs.slice(0, limit).map(Number);
  const records = await Promise.all(shown.map((seq) => readBatch(parts, seq)));
  const last = seqs.length > limit ? shown.at(-1) : undefined;
  return {
    batches: records.filter((each) => each !== null).map((record) => batchOf(parts, record)),
    cursor: last === undefined ? null : ids.batchCursorOf(last),
  };
}
