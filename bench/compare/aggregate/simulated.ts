import { type QueuePlan, simulateQueue } from "../queueing/simulated-queue.ts";
import { makeSlotTimes } from "../queueing/slot-times.ts";
import type { LatencyPoint } from "../result/bench-result.ts";
import type { RunTimes } from "../result/run-times.ts";

const requests = 20_000;

export interface Simulated {
  readonly workers: number;
  readonly slots: number;
  readonly peak: number;
  /** Null takes the same time for all runs. */
  readonly runTimes: RunTimes | null;
  readonly offered: number;
  readonly connections: number;
  readonly seed: number;
}

/**
 * The latency that queueing alone would give. A run takes the mean time of a slot at the peak, with
 * the spread of the measured runs.
 * Workers share nothing: a connection stays with its worker, and each arrival takes a connection at
 * random, like the load generator. Null at the peak and past it, where the queue grows without end.
 */
export function simulateLatency(of: Simulated): LatencyPoint["simulated"] {
  const { workers, slots, peak, runTimes, offered, connections, seed } = of;
  if (!(offered < peak)) return null;
  const service = makeSlotTimes(runTimes, (1000 * workers * slots) / peak);
  const base = { service, requests, seed };
  const shared = { kind: "shared" } as const;
  const split = { kind: "connections", connections, placement: "round-robin" } as const;
  const plan: QueuePlan =
    workers === 1 || slots > 1
      ? { ...base, servers: slots, perSecond: offered / workers, routing: shared }
      : { ...base, servers: workers, perSecond: offered, routing: split };
  const { p50, p99 } = simulateQueue(plan).sojourn;
  return { p50, p99 };
}
