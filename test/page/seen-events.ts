/** Events of a server, as short as a test wants them. */
import type {
  SeenFigures,
  SeenGroup,
  SeenMark,
  SeenRun,
  SeenRunsOf,
  SeenWorker,
} from "../../src/telemetry/watch/seen.ts";

export function runOf(
  run: number,
  startedAt: number,
  endedAt: number | null,
  more: Partial<SeenRun> = {},
): SeenRun {
  return {
    ...{ run, row: 0, thread: null, task: "hash", lane: "live", executor: "inline" },
    ...{ job: null, attempt: null, isBorrowed: false },
    ...{ acceptedAt: startedAt, startedAt, endedAt },
    cpuMs: endedAt === null ? null : endedAt - startedAt,
    outcome: endedAt === null ? null : "succeeded",
    ...more,
  };
}

export function groupOf(from: number, to: number, more: Partial<SeenGroup> = {}): SeenGroup {
  return {
    ...{ row: 0, task: "hash", lane: "live", count: 10, failed: 0, from, to },
    ...{ busyMs: (to - from) / 2, longestMs: 9, queuedMs: 0 },
    ...more,
  };
}

/** Runs of worker `life`, whose pid is 100 more. */
export function runsOf(
  life: number,
  runs: readonly SeenRun[],
  groups: readonly SeenGroup[] = [],
): SeenRunsOf {
  return { worker: life, life, pid: 100 + life, runs, groups };
}

export function workerOf(worker: number, more: Partial<SeenWorker> = {}): SeenWorker {
  return {
    ...{ worker, life: worker, pid: 100 + worker, stage: "ready", slots: 1, busySlots: 0 },
    ...{ pending: 0, connections: 0, runsPerSecond: 0, cores: 0, rssBytes: 1e8, ageMs: 0 },
    loopDelayMs: { p50: 1, p99: 2, max: 3 },
    ...more,
  };
}

export function figuresOf(
  at: number,
  workers: readonly SeenWorker[],
  more: Partial<SeenFigures> = {},
): SeenFigures {
  const runs = { perSecond: 0, refusedPerSecond: 0, queuedMs: null, ranMs: null };
  return { at, workers, runs, pending: 0, maxPending: 100, jobs: null, ...more };
}

export function markOf(
  at: number,
  kind: SeenMark["kind"],
  life: number | null,
  more: Partial<SeenMark> = {},
): SeenMark {
  return { at, kind, worker: life, life, reason: null, ...more };
}
