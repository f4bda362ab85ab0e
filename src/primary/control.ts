import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import type { QueueStats } from "../jobs/stats.ts";
import type { ServerFigures } from "../telemetry/figures/figures.ts";
import type { Operations } from "./operations.ts";

/** What control shows of a server, and does to it. */
export interface Controlled {
  /** Its port is known. */
  readonly config: Config;
  readonly figures: () => ServerFigures;
  /** Null on a server without jobs. */
  readonly jobStats: () => Promise<QueueStats | null>;
  readonly operations: Operations;
  readonly log: Logger;
}

/** The admin listener, as the primary has it. */
export interface Control {
  /** Where it listens, once it does; undefined where that failed. It is tried again then. */
  readonly url: Promise<string | undefined>;
  /** A reload has changed who may use it. */
  use(config: Config): void;
  close(): Promise<void>;
}
