import { z } from "zod";
import { count, ms, stateCounts } from "./common.ts";
import { paused } from "./job.ts";

const bytes = z.number().min(0);

const row = z.record(z.string(), z.union([z.string(), z.number()]));

/** One line for each set of labels. */
const rows = z.array(row);

const histogram = z.object({
  count,
  sum: z.number(),
  buckets: z.array(z.object({ atMost: z.number(), count })),
});

const queue = z.object({
  states: stateCounts,
  queuedLimit: count,
  oldestWaitingMs: ms.nullable(),
  paused,
  submitted: count,
  retried: count,
  ended: z.array(z.object({ task: z.string(), state: z.string(), count })),
  waitMs: histogram,
  runMs: histogram,
});

const process = z.object({
  cpuMs: ms,
  rssBytes: bytes,
  heapUsedBytes: bytes,
  startedAt: z.number(),
  descriptors: z.object({ open: count, most: count }).nullable(),
});

const state = z.object({
  pending: count,
  busySlots: count,
  slots: count,
  connections: count,
  rssBytes: bytes,
  heapUsedBytes: bytes,
  cpuMs: ms,
  loop: z.object({
    activeMs: ms,
    utilization: z.number(),
    delayMs: z.object({ p50: ms, p99: ms, max: ms }),
  }),
  threads: z.array(z.object({ place: count, thread: count, heapUsedBytes: bytes, cpuMs: ms })),
});

const worker = z.object({
  worker: z.int().describe("Its number, from 1."),
  life: z.int().describe("Each process in its place is another life."),
  pid: z.int().nullable(),
  stage: z.enum(["booting", "ready", "leaving"]),
  uptimeMs: ms,
  snapshotAgeMs: ms.nullable().describe("Age of `state`."),
  state: state.nullable(),
  runs: z
    .object({ ended: count, refused: count })
    .describe("What it has counted, as old as `state`."),
});

export const stats = z
  .object({
    server: z.object({
      version: z.string(),
      node: z.string(),
      pid: z.int(),
      uptimeMs: ms,
      mode: z.string(),
      executor: z.string(),
      workers: count,
      process,
    }),
    workers: z.array(worker),
    runs: rows,
    runTimes: rows,
    queueTimes: rows,
    lentRuns: rows,
    borrowedRuns: rows,
    requests: rows,
    attempts: rows,
    workerRestarts: rows,
    threadRestarts: rows,
    refusedConnections: rows,
    jobs: queue.nullable().describe("Null if the queue does not answer, and without jobs."),
  })
  .meta({ id: "Stats", description: "The server and its queue in figures." });
