import type { Life } from "../../src/channel/life.ts";
import type { QueueStats } from "../../src/jobs/stats.ts";
import { bounds, definitions } from "../../src/telemetry/figures/definitions.ts";
import type {
  CountedMetric,
  ServerFigures,
  WorkerState,
} from "../../src/telemetry/figures/figures.ts";

/** The state of an idle worker, but for what is given. */
export function stateOf(given: Partial<WorkerState>): WorkerState {
  return {
    ...{ pending: 0, busySlots: 0, slots: 1, connections: 0 },
    ...{ rssBytes: 80_000_000, heapUsedBytes: 10_000_000, cpuMs: 300 },
    loop: { activeMs: 80, utilization: 0.25, delayMs: { p50: 1, p99: 3, max: 9 } },
    threads: [],
    ...given,
  };
}

/** Figures in which every metric has a value. */
export function fullFigures(): ServerFigures {
  const threads = [{ place: 1, thread: 3, heapUsedBytes: 5_000_000, cpuMs: 1500 }];
  return {
    server: {
      ...{ version: "1.2.3", node: "v26.0.0", pid: 10, uptimeMs: 60_000 },
      ...{ mode: "threads", executor: "threads", workers: 1 },
      process: {
        ...{ cpuMs: 200, rssBytes: 50_000_000, heapUsedBytes: 8_000_000 },
        ...{ startedAt: 1_800_000_000_000, descriptors: { open: 30, most: 1024 } },
      },
    },
    workers: [
      {
        ...{ worker: 1, life: 1 as Life, pid: 11, stage: "ready", uptimeMs: 59_000 },
        ...{ snapshotAgeMs: 100, state: stateOf({ threads }) },
        runs: { ended: 3, refused: 0 },
      },
    ],
    counted: Object.entries(definitions).map(countSome),
  };
}

/** Three values: one in the first bucket, one in the last that has a bound, one past it. */
function countSome([name, { type, labels: names }]: [string, Counted]): CountedMetric {
  const buckets = Array.from({ length: bounds.length + 1 }, () => 0);
  for (const place of [0, bounds.length - 1, bounds.length]) buckets[place] = 1;
  const numbers = type === "counter" ? [3] : [15.5, ...buckets];
  return { name, series: [{ labels: names.map((label) => examples[label] ?? "some"), numbers }] };
}

type Counted = (typeof definitions)[keyof typeof definitions];

const examples: Readonly<Record<string, string>> = {
  ...{ task: "hash", executor: "inline", lane: "live", outcome: "succeeded", worker: "1" },
  ...{ http_request_method: "GET", http_route: "/hash", http_response_status_code: "200" },
};

export const queueStats: QueueStats = {
  states: { queued: 1, running: 0, succeeded: 5, failed: 2, cancelled: 0, expired: 0 },
  queuedLimit: 1_000_000,
  oldestWaitingMs: 1500,
  paused: { all: false, tasks: ["primes"] },
  submitted: 8,
  retried: 1,
  ended: [
    { task: "hash", state: "succeeded", count: 5 },
    { task: "hash", state: "failed", count: 2 },
  ],
  waitMs: {
    count: 4,
    sum: 500,
    buckets: [
      { atMost: 1, count: 1 },
      { atMost: 5, count: 3 },
    ],
  },
  runMs: {
    count: 7,
    sum: 900,
    buckets: [
      { atMost: 1, count: 0 },
      { atMost: 5, count: 7 },
    ],
  },
};
