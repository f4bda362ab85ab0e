/** What is predicted for many hosts from some that stand for them. */
import { describe, expect, test } from "vitest";
import { simulateQueue } from "../../../../bench/compare/queueing/simulated-queue.ts";
import type { Capacity } from "../../../../bench/compare/size/capacity.ts";
import { type Prediction, predict } from "../../../../bench/compare/size/predict.ts";
import { mean } from "../../../../bench/load/statistics/sample.ts";

/** Four cores do 400 runs a second, of 5 or 15 ms. */
const capacity: Capacity = {
  ...{ mode: "threads", cores: 4, peak: 400, slowest: 1, rounds: 6, points: [] },
  runTimes: { count: 1_000, mean: 10, values: [5, 15] },
  bend: null,
};
const seed = 1;

function p99(prediction: Prediction) {
  const told = prediction.times?.p99;
  if (told === undefined) throw new Error("nothing is predicted");
  return told;
}

test("utilisation is the rate over what all hosts do", () => {
  const setup = { hosts: 3, cores: 4, sharing: "random" } as const;
  expect(predict(capacity, setup, { perSecond: 600, seed }).busy).toBeCloseTo(0.5);
});

test.each([
  [1_140.1, 0.95008],
  [1_200, 1],
  [5_000, 4.17],
])("nothing is predicted at %d/s", (perSecond, busy) => {
  const setup = { hosts: 3, cores: 4, sharing: "random" } as const;
  const prediction = predict(capacity, setup, { perSecond, seed });
  expect(prediction.times).toBeNull();
  expect(prediction.busy).toBeCloseTo(busy, 2);
});

describe("hosts that stand for many", () => {
  const service = { kind: "samples", values: [5, 15] } as const;
  const whole = (balancer: "random" | "least-connections") =>
    mean(
      [1, 2, 3].map((other) => {
        const routing = { kind: "hosts", hosts: 40, workers: 1, balancer } as const;
        const plan = { servers: 160, perSecond: 12_800, requests: 400_000, seed: other };
        return simulateQueue({ ...plan, service, routing }).sojourn.p99;
      }),
    );
  const at = (sharing: "random" | "least-connections") =>
    p99(predict(capacity, { hosts: 40, cores: 4, sharing }, { perSecond: 12_800, seed }));

  test("a random balancer: one host is as slow as forty", () => {
    const told = at("random");
    expect(Math.abs(told.ms - whole("random"))).toBeLessThan(2 * told.marginMs);
  });

  test("least connections: sixteen are a little slower than forty, and not by much", () => {
    const told = at("least-connections");
    const all = whole("least-connections");
    expect(told.ms + told.marginMs).toBeGreaterThan(all);
    expect(told.ms - told.marginMs).toBeLessThan(1.1 * all);
  });
});

test("with one queue in each worker, a host waits longer than with one for all", () => {
  const setup = { hosts: 1, cores: 4, sharing: "least-connections" } as const;
  const demand = { perSecond: 320, seed };
  const cluster = p99(predict({ ...capacity, mode: "cluster" }, setup, demand));
  const threads = p99(predict(capacity, setup, demand));
  expect(cluster.ms - cluster.marginMs).toBeGreaterThan(threads.ms + threads.marginMs);
});

test("a seed repeats its prediction", () => {
  const setup = { hosts: 2, cores: 4, sharing: "least-connections" } as const;
  const once = predict(capacity, setup, { perSecond: 500, seed });
  expect(predict(capacity, setup, { perSecond: 500, seed })).toEqual(once);
  expect(predict(capacity, setup, { perSecond: 500, seed: 2 })).not.toEqual(once);
});
