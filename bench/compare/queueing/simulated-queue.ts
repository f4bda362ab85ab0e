/**
 * Simulates queues in front of servers. It shows the latency to expect from the number of servers
 * and from how requests reach them, without anything else a real server has: "how much of this is
 * queueing?". `routing.ts` has the ways: one shared queue (a pool of threads, the dispatcher of one
 * worker, jobs of several hosts in one store), connections that stay with a worker (node:cluster),
 * and hosts behind a balancer.
 *
 * Service is first come, first served in each queue (`station.ts`).
 */
import { createRandom, drawExponential, type Random } from "../../load/statistics/random.ts";
import { mean, quantileOfSorted } from "../../load/statistics/sample.ts";
import { createRouter, type Routing } from "./routing.ts";

export type ServiceTimes =
  | { readonly kind: "constant"; readonly ms: number }
  | { readonly kind: "exponential"; readonly meanMs: number }
  /** Drawn with replacement, for example from measured run times. */
  | { readonly kind: "samples"; readonly values: readonly number[] };

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
  const { stations, serve } = createRouter(plan.servers, plan.routing, random);
  const nextRunMs = createService(plan.service, random);
  let now = 0;
  for (let request = 0; request < plan.requests; request += 1) {
    now += drawExponential(random, 1_000 / plan.perSecond);
    const runMs = nextRunMs();
    const startAt = serve(now, runMs);
    if (request < warmup) continue;
    waiting[request - warmup] = startAt - now;
    sojourn[request - warmup] = startAt - now + runMs;
  }
  const endAt = Math.max(now, ...stations.map(({ lastEndAt }) => lastEndAt));
  return {
    waiting: summarizeTimes(waiting),
    sojourn: summarizeTimes(sojourn),
    waited: waiting.filter((ms) => ms > 0).length / measured,
    utilisation: stations.flatMap(({ busyMs }) => busyMs.map((ms) => ms / endAt)),
  };
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
    mean: mean(times),
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
  if (routing.kind === "hosts") {
    const { hosts, workers } = routing;
    check("hosts", hosts, isCount(hosts), "use a whole number from 1");
    check("workers", workers, isCount(workers), "use a whole number from 1");
    const isEven = Number.isInteger(servers / hosts / workers);
    check("servers", servers, isEven, `use a multiple of ${hosts} hosts x ${workers} workers`);
  }
  if (service.kind === "samples") {
    check("service.values", service.values.length, service.values.length > 0, "give one or more");
  }
}
