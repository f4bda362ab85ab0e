import type { Channel } from "../../../channel/channel.ts";
import type { Life } from "../../../channel/life.ts";
import type { FoundBatch } from "../../batch.ts";
import { type Found, isFinal } from "../../job.ts";
import type { QueueSide, WorkerSide } from "../messages/worker-contract.ts";
import { HostWatches } from "./host-watches.ts";
import type { StoreLink } from "./store-link.ts";
import type { NewsKind } from "./watchers.ts";

export interface WorkerWatchesOptions {
  readonly ask: StoreLink["ask"];
  /** The channel to a worker; undefined where it has ended. */
  readonly channelOf: (life: Life) => Pick<Channel<QueueSide, WorkerSide>, "note"> | undefined;
  readonly onError: (error: unknown) => void;
}

/** What the workers watch. */
export class WorkerWatches {
  readonly jobs: HostWatches<Found>;
  readonly batches: HostWatches<FoundBatch>;

  constructor({ ask, channelOf, onError }: WorkerWatchesOptions) {
    this.jobs = new HostWatches({
      kind: jobNews,
      watch: (id) => ask("watch", { id }),
      unwatch: (id) => void ask("unwatch", { id }).catch(onError),
      tell: (life, watch, found) => channelOf(life)?.note("news", { watch, found }),
      onError,
    });
    this.batches = new HostWatches({
      kind: batchNews,
      watch: (id) => ask("watch-batch", { id }),
      unwatch: (id) => void ask("unwatch-batch", { id }).catch(onError),
      tell: (life, watch, found) => channelOf(life)?.note("batch-news", { watch, found }),
      onError,
    });
  }

  /** A worker has ended. */
  drop(life: Life): void {
    this.jobs.drop(life);
    this.batches.drop(life);
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
