import type { Channel } from "../../channel/channel.ts";
import type {
  Batches,
  BatchListing,
  BatchPage,
  FoundBatch,
  NewBatch,
  SubmittedBatch,
} from "../batch.ts";
import type { QueueSide, WorkerSide } from "../messages/worker-contract.ts";

/** The batches of the queue: it asks the host in the primary. */
export class BatchesOverChannel implements Batches {
  readonly #channel: Channel<WorkerSide, QueueSide>;
  readonly #watches = new Map<number, (found: FoundBatch) => void>();
  #lastWatch = 0;

  constructor(channel: Channel<WorkerSide, QueueSide>) {
    this.#channel = channel;
  }

  submit(batch: NewBatch): Promise<SubmittedBatch> {
    return this.#channel.call("submit-batch", { batch });
  }

  find(id: string): Promise<FoundBatch> {
    return this.#channel.call("find-batch", { id });
  }

  list(listing: BatchListing): Promise<BatchPage> {
    return this.#channel.call("list-batches", { listing });
  }

  cancel(id: string): Promise<FoundBatch> {
    return this.#channel.call("cancel-batch", { id });
  }

  watch(id: string, onChange: (found: FoundBatch) => void): () => void {
    const watch = ++this.#lastWatch;
    this.#watches.set(watch, onChange);
    this.#channel.note("watch-batch", { watch, id });
    return () => {
      if (this.#watches.delete(watch)) this.#channel.note("unwatch-batch", { watch });
    };
  }

  /** News of a watched batch have arrived. */
  news(watch: number, found: FoundBatch): void {
    const onChange = this.#watches.get(watch);
    if (found.kind !== "found" || found.batch.finishedAt !== null) this.#watches.delete(watch);
    onChange?.(found);
  }
}
