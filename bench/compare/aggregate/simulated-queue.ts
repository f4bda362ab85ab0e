/**
 * Simulates a queue in front of several servers. It shows the latency to expect from the number of
 * workers and from how requests reach them, without anything else a real server has: "how much of
 * this is queueing?".
 *
 * One shared queue models a pool of threads, or the dispatcher of one worker. `connections` models
 * node:cluster with keep-alive: each connection stays with one server, however busy that one is.
 *
 * Service is first come, first served, so the state is just the time at which each server becomes
 * free: Kiefer and Wolfowitz, "On the Theory of Queues with Many Servers" (1955).
 */
import { createRandom, drawExponential, type Random } from "../../load/statistics/random.ts";
import { mean, quantileOfSorted } from "../../load/statistics/sample.ts";

export type ServiceTimes =
  | { readonly kind: "constant"; readonly ms: number }
  | { readonly kind: "exponential"; readonly meanMs: number }
  /** Drawn with replacement, for example from measured run times. */
  | { readonly kind: "samples"; readonly values: readonly number[] };

export type Routing =
  | { readonly kind: "shared" }
  | {
      readonly kind: "connections";
      /** Each arrival takes one of these at random, busy or not, like the load generator. */
      readonly connections: number;
      /** How connections were given to servers when they opened. */
      readonly placement: "round-robin" | "random";
    };

export interface QueuePlan {
  readonly servers: number;
  /** Poisson arrivals. */
  readonly perSecond: number;
  readonly service: ServiceTimes;
  readonly routing: Routing;
  readonly requests: number;
  /** Requests at the start that are not counted. Default: a tenth. */
  readonly warmup?: number;
  readonly seed?: number;
}

export interface SimulatedTimes {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface QueueResult {
  /** From arrival to start, in ms. */
  readonly waiting: SimulatedTimes;
  /** From arrival to end, in ms. */
  readonly sojourn: SimulatedTimes;
  /** Share of the requests that did not start at once. */
  readonly waited: number;
  /** Busy time over all time, of each server. */
  readonly utilisation: readonly number[];
}

/** @throws RangeError that names the field of the plan */
export function simulateQueue(plan: QueuePlan): QueueResult {
  checkPlan(plan);
  const random = createRandom(plan.seed ?? 1);
  const warmup = plan.warmup ?? Math.floor(plan.requests / 10);
  const measured = plan.requests - warmup;
  const waiting = new Float64Array(measured);
  const sojourn = new Float64Array(measured);
  const freeAt = new Float64Array(plan.servers);
  const busyMs = new Float64Array(plan.servers);
  const nextServer = createRouter(plan, random, freeAt);
  const nextServiceMs = createService(plan.service, random);
  let now = 0;
  for (let request = 0; request < plan.requests; request += 1) {
    now += drawExponential(random, 1_000 / plan.perSecond);
    const server = nextServer();
    const serviceMs = nextServiceMs();
    const startAt = Math.max(now, freeAt[server] ?? 0);
    freeAt[server] = startAt + serviceMs;
    busyMs[server] = (busyMs[server] ?? 0) + serviceMs;
    if (request < warmup) continue;
    waiting[request - warmup] = startAt - now;
    sojourn[request - warmup] = startAt - now + serviceMs;
  }
  const endAt = Math.max(now, ...freeAt);
  return {
    waiting: summarizeTimes(waiting),
    sojourn: summarizeTimes(sojourn),
    waited: waiting.filter((ms) => ms > 0).length / measured,
    utilisation: Array.from(busyMs, (ms) => ms / endAt),
  };
}

/** Which server takes the next request. */
function createRouter(
  { routing, servers }: QueuePlan,
  random: Random,
  freeAt: Float64Array,
): () => number {
  const below = (limit: number) => Math.floor(random() * limit);
  if (routing.kind === "shared") return () => freeAt.indexOf(Math.min(...freeAt));
  const { connections, placement } = routing;
  const serverOf = Array.from({ length: connections }, (_, connection) =>
    placement === "random" ? below(servers) : connection % servers,
  );
  return () => serverOf[below(connections)] ?? 0;
}

function createService(service: ServiceTimes, random: Random): () => number {
  switch (service.kind) {
    case "constant":
      return () => service.ms;
    case "exponential":
      return () => drawExponential(random, service.meanMs);
    case "samples":
      return () => service.values[Math.floor(random() * service.values.length)] ?? 0;
  }
}

function summarizeTimes(times: Float64Array): SimulatedTimes {
  const sorted = times.toSorted();
  const at = (probability: number) => quantileOfSorted(sorted, probability);
  return {
    mean: mean([...times]),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}

function checkPlan(plan: QueuePlan): void {
  const { servers, perSecond, requests, warmup, routing, service } = plan;
  const check = (field: string, value: number, holds: boolean, remedy: string) => {
    if (!holds) throw new RangeError(`${field} ${value}: ${remedy}`);
  };
  const isCount = (value: number) => Number.isInteger(value) && value >= 1;
  check("servers", servers, isCount(servers), "use a whole number from 1");
  check("perSecond", perSecond, perSecond > 0, "use a number over 0");
  check("requests", requests, isCount(requests), "use a whole number from 1");
  check("warmup", warmup ?? 0, (warmup ?? 0) < requests, "leave some of the requests");
  if (routing.kind === "connections") {
    const { connections } = routing;
    check("connections", connections, isCount(connections), "use a whole number from 1");
  }
  if (service.kind === "samples") {
    check("service.values", service.values.length, service.values.length > 0, "give one or more");
  }
}
