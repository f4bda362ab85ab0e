/** The simulation against closed forms; how far it may be off follows from its own spread. */
import { describe, expect, test } from "vitest";
import {
  type QueuePlan,
  simulateQueue,
} from "../../../../bench/compare/queueing/simulated-queue.ts";
import { meanWaitMg1, meanWaitMmk, waitQuantileMmk } from "./closed-forms.ts";
import { expectAgrees, replicate } from "./replicated.ts";

const exponential = { kind: "exponential", meanMs: 10 } as const;
const shared = { kind: "shared" } as const;

function plan(servers: number, busy: number, change: Partial<QueuePlan> = {}): QueuePlan {
  const perSecond = 100 * servers * busy;
  return { servers, perSecond, service: exponential, routing: shared, requests: 60_000, ...change };
}

describe("one queue", () => {
  test.each([
    [1, 0.7],
    [2, 0.8],
    [8, 0.85],
  ])("M/M/%i, busy %d: Erlang C gives the mean wait and its p99", (servers, busy) => {
    const at = plan(servers, busy, { requests: 60_000 + 10_000 * servers });
    const { perSecond } = at;
    expectAgrees(
      replicate(at, ({ waiting }) => waiting.mean),
      meanWaitMmk(perSecond, 10, servers),
    );
    expectAgrees(
      replicate(at, ({ waiting }) => waiting.p99),
      waitQuantileMmk(perSecond, 10, servers, 0.99),
    );
  });

  test("M/D/1: half the wait of M/M/1", () => {
    const at = plan(1, 0.8, { service: { kind: "constant", ms: 10 } });
    expectAgrees(
      replicate(at, ({ waiting }) => waiting.mean),
      meanWaitMg1(80, 10, 0),
    );
  });

  test("M/G/1 with measured times of two lengths: Pollaczek and Khinchine", () => {
    const values = [4, 4, 4, 4, 34]; // mean 10, deviation over mean 1.2
    const at = plan(1, 0.7, { service: { kind: "samples", values } });
    expectAgrees(
      replicate(at, ({ waiting }) => waiting.mean),
      meanWaitMg1(70, 10, 1.2),
    );
  });
});

/** A Poisson process that is split at random gives independent ones: Kingman (1993). */
describe("hosts behind a random balancer", () => {
  test.each([
    [4, 1, 2],
    [3, 2, 1],
  ])("%i hosts with %i queues of %i slots are as many M/M/k", (hosts, workers, slots) => {
    const at = plan(hosts * workers * slots, 0.8, {
      routing: { kind: "hosts", hosts, workers, balancer: "random" },
      requests: 120_000,
    });
    const theory = meanWaitMmk(at.perSecond / hosts / workers, 10, slots);
    expectAgrees(
      replicate(at, ({ waiting }) => waiting.mean),
      theory,
    );
  });
});

describe("hosts behind a balancer with least connections", () => {
  const routing = { kind: "hosts", workers: 1, balancer: "least-connections" } as const;

  test("one host is one queue", () => {
    const one = plan(3, 0.8, { requests: 5_000 });
    const behind = simulateQueue({ ...one, routing: { ...routing, hosts: 1 } });
    expect(behind).toEqual(simulateQueue(one));
  });

  test("it waits longer than one shared queue, and less than at random", () => {
    const at = plan(8, 0.85);
    const meanOf = (change: Partial<QueuePlan>) =>
      replicate({ ...at, ...change }, ({ waiting }) => waiting.mean);
    const least = meanOf({ routing: { ...routing, hosts: 8 } });
    const random = meanOf({ routing: { ...routing, hosts: 8, balancer: "random" } });
    const one = meanOf({});
    expect(least.mean - one.mean).toBeGreaterThan(4 * (least.error + one.error));
    expect(random.mean - least.mean).toBeGreaterThan(4 * (random.error + least.error));
  });

  test("hosts are loaded alike", () => {
    const { utilisation } = simulateQueue(plan(4, 0.5, { routing: { ...routing, hosts: 4 } }));
    expect(Math.max(...utilisation) - Math.min(...utilisation)).toBeLessThan(0.02);
  });

  test("a free host is taken before a busy one, so that nobody waits under little load", () => {
    const { waited } = simulateQueue(
      plan(4, 0.02, { routing: { ...routing, hosts: 4 }, service: { kind: "constant", ms: 10 } }),
    );
    expect(waited).toBeLessThan(1e-3);
  });
});
