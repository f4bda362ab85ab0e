import { describe, expect, test } from "vitest";
import {
  estimateRatio,
  findConfidence,
  type PairedRound,
} from "../../../../bench/load/statistics/bootstrap.ts";
import { normalCdf, normalQuantile } from "../../../../bench/load/statistics/normal.ts";
import { createRandom, type Random } from "../../../../bench/load/statistics/random.ts";

/** Rounds on a machine whose pace drifts, with a little noise of each variant's own. */
function rounds(count: number, ratio: number, random: Random): PairedRound[] {
  const noise = () => Math.exp(0.05 * normalQuantile(random()));
  return Array.from({ length: count }, () => {
    const pace = 0.5 + random();
    return { baseline: 1_000 * pace * noise(), variant: 1_000 * pace * ratio * noise() };
  });
}

test("the normal distribution, and back", () => {
  expect(normalCdf(0)).toBeCloseTo(0.5, 6);
  expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6);
  expect(normalCdf(-1.644854)).toBeCloseTo(0.05, 6);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 4);
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
});

describe.each([
  ["medians", 0.93],
  ["means", 0.88],
  ["rounds", 0.93],
] as const)("the ratio of %s", (of, least) => {
  test("has an interval that holds the true one about as often as it says", () => {
    const random = createRandom(11);
    let held = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const options = { of, resamples: 400, seed: trial };
      const { interval } = estimateRatio(rounds(12, 1.8, random), options);
      if (interval !== null && interval.low <= 1.8 && interval.high >= 1.8) held += 1;
    }
    expect(held / 200).toBeGreaterThan(least);
    expect(held / 200).toBeLessThan(1);
  });

  test("is without doubt where all rounds agree", () => {
    const same = Array.from({ length: 6 }, () => ({ baseline: 2, variant: 3 }));
    expect(estimateRatio(same, { of })).toEqual({
      ...{ ratio: 1.5, interval: { low: 1.5, high: 1.5 }, confidence: 0.95, rounds: 6 },
    });
  });

  test("is no surer than so few rounds can be", () => {
    expect([3, 4, 5, 6, 12].map((rounds) => findConfidence(rounds))).toEqual([
      ...[null, 0.875, 0.9375, 0.95, 0.95],
    ]);
    const four = [1, 2, 3, 4].map((variant) => ({ baseline: 1, variant }));
    expect(estimateRatio(four, { of: "rounds" })).toMatchObject({ confidence: 0.875 });
    expect(estimateRatio(four.slice(1), { of: "rounds" }).interval).toBeNull();
  });

  test("has a wider interval for more confidence", () => {
    const sample = rounds(15, 1, createRandom(2));
    const narrow = estimateRatio(sample, { of, confidence: 0.5 }).interval;
    const wide = estimateRatio(sample, { of, confidence: 0.99 }).interval;
    expect(wide?.low).toBeLessThan(narrow?.low ?? 0);
    expect(wide?.high).toBeGreaterThan(narrow?.high ?? 9);
  });
});

test("what is compared makes a difference", () => {
  const sample = [1, 1, 1, 10].map((baseline, index) => ({ baseline, variant: index + 1 }));
  expect(estimateRatio(sample, { of: "medians" }).ratio).toBe(2.5);
  expect(estimateRatio(sample, { of: "means" }).ratio).toBeCloseTo(10 / 13);
  expect(estimateRatio(sample, { of: "rounds" }).ratio).toBe(1.5);
});

test("a drift that both variants share does not widen the interval", () => {
  const paces = [1, 2, 3, 4, 5, 6, 7, 8];
  const paired = paces.map((pace) => ({ baseline: pace, variant: 2 * pace }));
  expect(estimateRatio(paired).interval).toEqual({ low: 2, high: 2 });
});

test("few rounds have a ratio and no interval", () => {
  const three = [1, 2, 3].map((baseline) => ({ baseline, variant: 4 }));
  expect(estimateRatio(three)).toMatchObject({ ratio: 2, interval: null, rounds: 3 });
});

test("a seed repeats its interval", () => {
  const sample = rounds(8, 1.2, createRandom(9));
  expect(estimateRatio(sample, { seed: 5 })).toEqual(estimateRatio(sample, { seed: 5 }));
});

test.each([
  [[]],
  [[{ baseline: 0, variant: 1 }]],
  [[{ baseline: 1, variant: Number.NaN }]],
  [[{ baseline: Number.POSITIVE_INFINITY, variant: 1 }]],
])("refused: %o", (bad) => {
  expect(() => estimateRatio(bad)).toThrow(RangeError);
});
