import type { Channel } from "../../channel/channel.ts";
import type { NoteHandlers } from "../../channel/contract.ts";
import type { FoundBatch } from "../batch.ts";
import { type Found, isFinal } from "../job.ts";
import type { ClientSide, WorkerSide } from "../messages/worker-contract.ts";
import { HostWatches } from "./host-watches.ts";
import type { StoreLink } from "./store-link.ts";
import type { NewsKind } from "./watchers.ts";

export interface WorkerWatchesOptions {
  readonly ask: StoreLink["ask"];
  readonly onError: (error: unknown) => void;
}

/** The channel to a worker, or to control. */
export type WatchingEnd = Pick<Channel<ClientSide, WorkerSide>, "note">;

/** What the workers watch, and control. */
export class WorkerWatches {
  readonly jobs: HostWatches<WatchingEnd, Found>;
  readonly batches: HostWatches<WatchingEnd, FoundBatch>;

  constructor({ ask, onError }: WorkerWatchesOptions) {
    this.jobs = new HostWatches({
      kind: jobNews,
      watch: (id) => ask("watch", { id }),
      unwatch: (id) => void ask("unwatch", { id }).catch(onError),
      tell: (end, watch, found) => end.note("news", { watch, found }),
      onError,
    });
    this.batches = new HostWatches({
      kind: batchNews,
      watch: (id) => ask("watch-batch", { id }),
      unwatch: (id) => void ask("unwatch-batch", { id }).catch(onError),
      tell: (end, watch, found) => end.note("batch-news", { watch, found }),
      onError,
    });
  }

  /** What an end says of its watches. */
  handlersOf(end: () => WatchingEnd): NoteHandlers<ClientSide> {
    return {
      watch: ({ watch, id }) => this.jobs.add(end(), watch, id),
      unwatch: ({ watch }) => this.jobs.remove(end(), watch),
      "watch-batch": ({ watch, id }) => this.batches.add(end(), watch, id),
      "unwatch-batch": ({ watch }) => this.batches.remove(end(), watch),
    };
  }

  /** An end is gone. */
  drop(end: WatchingEnd): void {
    this.jobs.drop(end);
    this.batches.drop(end);
  }
}

const jobNews: NewsKind<Found> = {
  versionOf: (found) => (found.kind === "found" ? found.job.version : Number.POSITIVE_INFINITY),
  isLast: (found) => found.kind !== "found" || isFinal(found.job.state),
};

const batchNews: NewsKind<FoundBatch> = {
  versionOf: (found) => (found.kind === "found" ? found.batch.version : Number.POSITIVE_INFINITY),
  isLast: (found) => found.kind !== "found" || found.batch.finishedAt !== null,
};
