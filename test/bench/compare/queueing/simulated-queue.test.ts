import { describe, expect, test } from "vitest";
import {
  type QueuePlan,
  simulateQueue,
} from "../../../../bench/compare/queueing/simulated-queue.ts";
import { meanWaitMg1, sojournQuantileMm1 } from "./closed-forms.ts";

const base: QueuePlan = {
  servers: 1,
  perSecond: 70,
  service: { kind: "exponential", meanMs: 10 },
  routing: { kind: "shared" },
  requests: 400_000,
  seed: 1,
};

/** A simulation of a queue is noisy: its waits follow each other. theory.test.ts is exact. */
function expectNear(value: number, expected: number, share = 0.05): void {
  expect(Math.abs(value / expected - 1)).toBeLessThan(share);
}

describe("the simulation against closed forms", () => {
  test("M/M/1: mean wait, and the exponential time in the system", () => {
    const { waiting, sojourn, waited, utilisation } = simulateQueue(base);
    expectNear(waiting.mean, meanWaitMg1(70, 10, 1));
    expectNear(sojourn.p50, sojournQuantileMm1(70, 10, 0.5));
    expectNear(sojourn.p99, sojournQuantileMm1(70, 10, 0.99));
    expectNear(waited, 0.7);
    expectNear(utilisation[0] ?? 0, 0.7);
  });
});

describe("connections that stay with a server", () => {
  const four = { ...base, servers: 4, perSecond: 280, requests: 200_000 };
  const connections = { kind: "connections", connections: 16, placement: "round-robin" } as const;

  test("spread evenly, each server is an M/M/1 of its own", () => {
    const { waiting } = simulateQueue({ ...four, routing: connections });
    expectNear(waiting.mean, meanWaitMg1(70, 10, 1), 0.07);
  });

  test("wait longer than in one shared queue", () => {
    const split = simulateQueue({ ...four, routing: connections });
    const shared = simulateQueue(four);
    expect(split.waiting.mean).toBeGreaterThan(2 * shared.waiting.mean);
    expect(split.sojourn.p99).toBeGreaterThan(shared.sojourn.p99);
  });

  test("placed at random, load some servers more than others", () => {
    const random = { ...connections, placement: "random" } as const;
    const { utilisation } = simulateQueue({ ...four, perSecond: 120, routing: random });
    const even = simulateQueue({ ...four, perSecond: 120, routing: connections }).utilisation;
    expect(Math.max(...utilisation) - Math.min(...utilisation)).toBeGreaterThan(0.1);
    expect(Math.max(...even) - Math.min(...even)).toBeLessThan(0.02);
  });
});

test("a seed repeats its run", () => {
  const short = { ...base, requests: 1_000 };
  expect(simulateQueue(short)).toEqual(simulateQueue(short));
  expect(simulateQueue(short)).not.toEqual(simulateQueue({ ...short, seed: 2 }));
});

test("nobody waits where there is hardly any load", () => {
  const { waiting, waited } = simulateQueue({ ...base, perSecond: 0.01, requests: 1_000 });
  expect(waited).toBe(0);
  expect(waiting.max).toBe(0);
});

test.each<[Partial<QueuePlan>, RegExp]>([
  [{ servers: 0 }, /^servers 0/],
  [{ perSecond: 0 }, /^perSecond 0/],
  [{ requests: 1.5 }, /^requests 1\.5/],
  [{ requests: 10, warmup: 10 }, /^warmup 10: leave some/],
  [{ service: { kind: "samples", values: [] } }, /^service\.values/],
  [
    { routing: { kind: "connections", connections: 0, placement: "random" } },
    /^connections 0: use a whole number/,
  ],
  [
    { servers: 5, routing: { kind: "hosts", hosts: 2, workers: 2, balancer: "random" } },
    /^servers 5: use a multiple of 2 hosts x 2 workers/,
  ],
  [
    { routing: { kind: "hosts", hosts: 0, workers: 1, balancer: "random" } },
    /^hosts 0: use a whole number from 1/,
  ],
])("refused: %o", (change, message) => {
  expect(() => simulateQueue({ ...base, ...change })).toThrow(message);
});
