import { recordOf } from "../../src/control/thread/hosts/record.ts";
import type { HostRecord } from "../../src/telemetry/watch/hosts.ts";
import type { SeenFigures, SeenWorker } from "../../src/telemetry/watch/seen.ts";
import { fullFigures } from "./figures.ts";

export const identity = {
  ...{ id: "1a2b", name: "alder", url: "http://127.0.0.1:8000", control: "http://127.0.0.1:8001" },
  ...{ hasJobs: true, cores: 4 },
};

export function seenWorker(given: Partial<SeenWorker> = {}): SeenWorker {
  return {
    ...{ worker: 1, life: 1, pid: 11, stage: "ready", slots: 1, busySlots: 1, pending: 2 },
    ...{ connections: 3, runsPerSecond: 4, cores: 0.5, rssBytes: 80_000_000, ageMs: 10 },
    ...{ loopDelayMs: { p50: 1, p99: 2, max: 3 } },
    ...given,
  };
}

export function seenFigures(workers: readonly SeenWorker[] = [seenWorker()]): SeenFigures {
  return {
    ...{ at: 1_800_000_000_000, workers, pending: 2, maxPending: 64 },
    runs: {
      ...{ perSecond: 4, refusedPerSecond: 0 },
      ...{ queuedMs: null, ranMs: { p50: 12.5, p99: 140 } },
    },
    jobs: { queued: 1, running: 0 },
  };
}

export function hostRecord(given: Partial<HostRecord> = {}): HostRecord {
  return { ...recordOf(identity, fullFigures().server, seenFigures(), 7.5), ...given };
}
