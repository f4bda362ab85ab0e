import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import type { QueueStats } from "../jobs/stats.ts";
import type { ServerFigures } from "../telemetry/figures/figures.ts";
import type { SeenMark, SeenRunsOf } from "../telemetry/watch/seen.ts";
import type { Operations } from "./operations.ts";
import type { Askable } from "./service.ts";

/** What control shows of a server, and does to it. */
export interface Controlled {
  /** Its port is known. */
  readonly config: Config;
  readonly figures: () => ServerFigures;
  /** Null on a server without jobs. */
  readonly jobStats: () => Promise<QueueStats | null>;
  /** Undefined on a server without jobs. */
  readonly queue: Askable | undefined;
  readonly operations: Operations;
  readonly watch: Watchable;
  readonly log: Logger;
}

/** What happens on the server, for those who watch it. */
export interface Watchable {
  /**
   * From now on one sink gets what there is to see.
   *
   * @returns the latest marks, the oldest first
   */
  follow(sink: WatchSink): readonly SeenMark[];
  /** The sink is gone. */
  unfollow(): void;
  /** Whether somebody wants to see runs. While nobody does, no worker tells any. */
  watch(isOn: boolean): void;
}

export interface WatchSink {
  mark(mark: SeenMark): void;
  /** What is in it came from a worker, and was not checked. */
  runs(runs: SeenRunsOf): void;
}

/** The admin listener, as the primary has it. */
export interface Control {
  /** Where it listens, once it does; undefined where that failed. It is tried again then. */
  readonly url: Promise<string | undefined>;
  /** A reload has changed who may use it. */
  use(config: Config): void;
  close(): Promise<void>;
}
