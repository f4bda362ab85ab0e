/** What a worker counts: runs, requests, attempts, connections. Its registry listens to the events. */
import type { Telemetry } from "../events.ts";
import type { CountedMetric } from "./figures.ts";

export interface Counting {
  /** All counters and histograms since the start of this process. */
  counted(): CountedMetric[];
  /** Rises with each event. A snapshot is due when it has changed. */
  readonly changes: number;
}

/** Counts the events of a worker. */
export function countWorkerEvents(_telemetry: Telemetry, _worker: number): Counting {
  return { counted: () => [], changes: 0 };
}

/** Counts the events of the primary: restarts by reason, connections that it closed. */
export function countPrimaryEvents(_telemetry: Telemetry): Counting {
  return { counted: () => [], changes: 0 };
}
