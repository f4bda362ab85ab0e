/** Percentiles of a queue that runs for long, with how far the simulation may be off. */
import { mean } from "../../load/statistics/sample.ts";
import { studentQuantile } from "../../load/statistics/student.ts";
import { type QueuePlan, simulateQueue } from "./simulated-queue.ts";

/** Milliseconds, and half a 95 % interval. */
export interface Told {
  readonly ms: number;
  readonly marginMs: number;
}

export type SettledTimes = Readonly<Record<"p50" | "p90" | "p95" | "p99", Told>>;

/** Simulations with different seeds. Their spread is the margin. */
const replications = 5;
const seedStep = 7_919;
const leastRequests = 40_000;
const mostRequests = 640_000;
/**
 * Length of the first simulations, in relaxation times of a queue with k servers that are busy for a
 * share ρ: 1 / (k (1 - √ρ)²) service times (Cohen, "The Single Server Queue", 1969, for k = 1).
 */
const relaxations = 15;
/** Start of a simulation that does not count: three relaxation times or more. */
const warmupShare = 0.2;
/** How much longer each further simulation is. */
const growth = 4;

export interface Settling {
  /** Share of the time that the servers are busy, below 1. */
  readonly busy: number;
  /** How many queues the servers stand behind. */
  readonly queues: number;
  readonly seed: number;
  /** Whether the margins are small enough. While they are not, it simulates for longer. */
  readonly isEnough: (times: SettledTimes) => boolean;
}

/** @returns times from arrival to end */
export function simulateSettled(
  plan: Pick<QueuePlan, "servers" | "perSecond" | "service" | "routing">,
  { busy, queues, seed, isEnough }: Settling,
): SettledTimes {
  const wanted = Math.round((relaxations * queues) / (1 - Math.sqrt(busy)) ** 2);
  let requests = Math.min(mostRequests, Math.max(leastRequests, wanted));
  for (;;) {
    const times = replicate(
      { ...plan, requests, warmup: Math.floor(warmupShare * requests) },
      seed,
    );
    if (requests === mostRequests || isEnough(times)) return times;
    requests = Math.min(mostRequests, growth * requests);
  }
}

function replicate(plan: QueuePlan, seed: number): SettledTimes {
  const all = Array.from(
    { length: replications },
    (_, index) => simulateQueue({ ...plan, seed: seed + seedStep * index }).sojourn,
  );
  const told = (figure: keyof SettledTimes) => tell(all.map((times) => times[figure]));
  return { p50: told("p50"), p90: told("p90"), p95: told("p95"), p99: told("p99") };
}

function tell(values: readonly number[]): Told {
  const ms = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - ms) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  return { ms, marginMs: studentQuantile(0.975, values.length - 1) * error };
}

/** Whether a margin is at most this share of its time. */
export function isWithin({ ms, marginMs }: Told, share: number): boolean {
  return marginMs <= share * ms;
}
