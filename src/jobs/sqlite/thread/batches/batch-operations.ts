/** What the commands about batches do to the file, or read from it. */
import type { FoundBatch } from "../../../batch.ts";
import type {
  batchReads as reads,
  batchWrites as writes,
} from "../../../messages/batch-commands.ts";
import type { Reads, Writes } from "../operation.ts";
import { cancelInBatches, submitBatch } from "./batch-changes.ts";

type FoundNow = Extract<FoundBatch, { readonly kind: "found" }>;

/** With the first jobs of a batch that is cancelled; the others follow as chores. */
const cancelLimit = 500;

export const batchWrites: Writes<keyof typeof writes> = {
  "submit-batch"(parts, { batch: sent }) {
    const row = submitBatch(parts, sent);
    if (row.kind !== "row") return () => row;
    const { seq, replayed } = row;
    const { batches } = parts;
    // A later command of the same group may remove it. Only the end of the group has its counts.
    const [before, jobs] = [batches.find(seq) as FoundNow, batches.jobsOf(seq)];
    return () => {
      const found = batches.find(seq);
      const { batch } = found.kind === "found" ? found : before;
      return { kind: "accepted", batch, jobs, replayed };
    };
  },
  "cancel-batch"(parts, { id }) {
    const { batches, ids } = parts;
    const seq = ids.seqOfBatchId(id);
    if (seq !== undefined) batches.beginCancel(seq);
    cancelInBatches(parts, cancelLimit);
    return () => batches.find(seq);
  },
};

export const batchReads: Reads<keyof typeof reads> = {
  "find-batch": ({ batches, ids }, { id }) => batches.find(ids.seqOfBatchId(id)),
  "list-batches": ({ batches }, { listing }) => batches.list(listing),
  "watch-batch"({ batches, watchedBatches, ids }, { id }) {
    const seq = ids.seqOfBatchId(id);
    if (seq !== undefined) watchedBatches.watch(seq);
    return batches.find(seq);
  },
  "unwatch-batch"({ watchedBatches, ids }, { id }) {
    const seq = ids.seqOfBatchId(id);
    if (seq !== undefined) watchedBatches.unwatch(seq);
    return null;
  },
};
