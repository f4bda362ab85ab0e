import type { WorkerState } from "../../src/telemetry/figures/figures.ts";

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
