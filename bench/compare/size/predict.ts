/** What the model predicts for a number of hosts. */
import { mean } from "../../load/statistics/sample.ts";
import { studentQuantile } from "../../load/statistics/student.ts";
import type { SloFigure } from "../plan/sizing-options.ts";
import type { Balancer, Routing } from "../queueing/routing.ts";
import { type QueuePlan, simulateQueue } from "../queueing/simulated-queue.ts";
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

/** Milliseconds, and how far the simulation may be off: half a 95 % interval. */
export interface Told {
  readonly ms: number;
  readonly marginMs: number;
}

export interface Prediction extends Setup {
  /** Share of the time that the cores compute. */
  readonly busy: number;
  /** Null past `mostBusy`. */
  readonly times: Readonly<Record<SloFigure, Told>> | null;
}

/**
 * Past this nothing is predicted: how long answers take depends on the last percent of a rate and
 * of a run's length, and nobody knows those so well.
 */
export const mostBusy = 0.95;

/** Simulations with different seeds. Their spread is the margin. */
const replications = 5;
const leastRequests = 40_000;
const mostRequests = 2_000_000;
/**
 * Length of a simulation, in relaxation times of a queue with k servers that are busy for a share ρ:
 * 1 / (k (1 - √ρ)²) service times (Cohen, "The Single Server Queue", 1969, for k = 1).
 */
const relaxations = 15;
/** Start of a simulation that does not count: three relaxation times. */
const warmupShare = 0.2;
/**
 * More queues than this are simulated as this many with the same load for each. With a random
 * balancer that is exact. With the others many wait a little less than few.
 */
const mostQueues = 16;
const mostSharing = 256;

/** @param perSecond runs that come to all hosts together */
export function predict(
  capacity: Capacity,
  { hosts, cores, sharing }: Setup,
  { perSecond, seed }: { readonly perSecond: number; readonly seed: number },
): Prediction {
  const setup = { hosts, cores, sharing };
  const layout = layOut(capacity, cores);
  if (layout === null) throw new RangeError(`${cores} cores: ${capacity.mode} does not use them`);
  const peak = predictPeak(capacity, cores);
  const busy = perSecond / (hosts * peak);
  if (!(busy <= mostBusy)) return { ...setup, busy, times: null };
  const { servers, queues, routing } = arrange(setup, layout);
  const wanted = (relaxations * queues) / (1 - Math.sqrt(busy)) ** 2;
  const requests = Math.round(Math.min(mostRequests, Math.max(leastRequests, wanted)));
  const plan: Omit<QueuePlan, "seed"> = {
    ...{ servers, routing, requests, warmup: Math.floor(warmupShare * requests) },
    perSecond: (busy * peak * servers) / cores,
    service: makeSlotTimes(capacity.runTimes, (1_000 * cores) / peak),
  };
  const all = Array.from(
    { length: replications },
    (_, index) => simulateQueue({ ...plan, seed: seed + 7_919 * index }).sojourn,
  );
  const told = (figure: SloFigure) => tell(all.map((times) => times[figure]));
  const times = { p50: told("p50"), p90: told("p90"), p95: told("p95"), p99: told("p99") };
  return { ...setup, busy, times };
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

function tell(values: readonly number[]): Told {
  const ms = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - ms) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1) / values.length);
  return { ms, marginMs: studentQuantile(0.975, values.length - 1) * deviation };
}
