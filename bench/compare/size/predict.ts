/** What the model predicts for a number of hosts. */
import type { Slo } from "../plan/sizing-options.ts";
import type { Balancer, Routing } from "../queueing/routing.ts";
import { isWithin, type SettledTimes, simulateSettled } from "../queueing/settled.ts";
import { makeSlotTimes } from "../queueing/slot-times.ts";
import { type Capacity, layOut, predictPeak } from "./capacity.ts";

/** A balancer before hosts that each have their own queues, or one queue for all hosts. */
export type Sharing = Balancer | "shared-queue";

export interface Setup {
  readonly hosts: number;
  /** Of each host. */
  readonly cores: number;
  readonly sharing: Sharing;
}

export interface Prediction extends Setup {
  /** Share of the time that the cores compute. */
  readonly busy: number;
  /** Null past `mostBusy`. */
  readonly times: SettledTimes | null;
}

/**
 * Past this nothing is predicted: how long answers take depends on the last percent of a rate and
 * of a run's length, and nobody knows those so well.
 */
export const mostBusy = 0.9;
/** A prediction may be off by this share of itself: 95 % of the time it is not. */
const precise = 0.1;

/**
 * More queues than this are simulated as this many with the same load for each. With a random
 * balancer that is exact. With the others many wait a little less than few.
 */
const mostQueues = 16;
const mostSharing = 256;

export interface Offered {
  /** Runs that come to all hosts together. */
  readonly perSecond: number;
  readonly seed: number;
  /** Objective to decide on. Then less precision will do where the prediction is far from it. */
  readonly slo?: Slo;
}

export function predict(
  capacity: Capacity,
  { hosts, cores, sharing }: Setup,
  { perSecond, seed, slo }: Offered,
): Prediction {
  const setup = { hosts, cores, sharing };
  const layout = layOut(capacity, cores);
  if (layout === null) throw new RangeError(`${cores} cores: ${capacity.mode} does not use them`);
  const peak = predictPeak(capacity, cores);
  const busy = perSecond / (hosts * peak);
  if (!(busy <= mostBusy)) return { ...setup, busy, times: null };
  const { servers, queues, routing } = arrange(setup, layout);
  const plan = {
    ...{ servers, routing },
    perSecond: (busy * peak * servers) / cores,
    service: makeSlotTimes(capacity.runTimes, (1_000 * cores) / peak),
  };
  const isEnough = (times: SettledTimes) => isDecided(times, slo) || isWithin(times.p99, precise);
  return { ...setup, busy, times: simulateSettled(plan, { busy, queues, seed, isEnough }) };
}

function isDecided(times: SettledTimes, slo: Slo | undefined): boolean {
  if (slo === undefined) return false;
  const { ms, marginMs } = times[slo.figure];
  return Math.abs(slo.limitMs - ms) > 2 * marginMs;
}

/** The queues to simulate: all of them, or some that stand for all. */
function arrange(
  { hosts, cores, sharing }: Setup,
  { workers, slots }: { readonly workers: number; readonly slots: number },
): { readonly servers: number; readonly queues: number; readonly routing: Routing } {
  if (sharing === "shared-queue") {
    const servers = Math.min(hosts * cores, Math.max(cores, mostSharing));
    return { servers, queues: 1, routing: { kind: "shared" } };
  }
  if (sharing === "random" || hosts === 1) {
    // What comes to each queue is Poisson, too, and does not depend on the others.
    return { servers: slots, queues: 1, routing: { kind: "shared" } };
  }
  const some = Math.min(hosts, Math.max(2, Math.floor(mostQueues / workers)));
  return {
    servers: some * cores,
    queues: some * workers,
    routing: { kind: "hosts", hosts: some, workers, balancer: sharing },
  };
}
