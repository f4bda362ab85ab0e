import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createRandom,
  drawExponential,
  shuffle,
} from "../../../../bench/load/statistics/random.ts";
import { mean, quantile } from "../../../../bench/load/statistics/sample.ts";

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

test("a seed gives its own sequence, again and again", () => {
  expect(draw(5, createRandom(1))).toEqual(draw(5, createRandom(1)));
  expect(draw(5, createRandom(1))).not.toEqual(draw(5, createRandom(2)));
});

test("numbers are uniform", () => {
  const values = draw(100_000, createRandom(3));
  expect(Math.min(...values.slice(0, 1_000))).toBeGreaterThanOrEqual(0);
  for (const probability of [0.01, 0.25, 0.5, 0.75, 0.99]) {
    expect(Math.abs(quantile(values, probability) - probability)).toBeLessThan(0.01);
  }
  const neighbours = mean(values.slice(1).map((value, index) => value * (values[index] ?? 0)));
  expect(neighbours).toBeCloseTo(0.25, 2);
});

test("exponential times have their mean and median", () => {
  const random = createRandom(4);
  const values = draw(50_000, () => drawExponential(random, 10));
  expect(mean(values)).toBeCloseTo(10, 0);
  expect(quantile(values, 0.5)).toBeCloseTo(10 * Math.LN2, 0);
});

describe("a shuffle", () => {
  test("keeps the items, and leaves the array alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        const byValue = (a: number, b: number) => a - b;
        expect(shuffle(items, createRandom(seed)).sort(byValue)).toEqual(before.sort(byValue));
      }),
    );
  });

  test("puts each item in each place alike", () => {
    const random = createRandom(5);
    const counts = new Map<string, number>();
    for (let turn = 0; turn < 6_000; turn += 1) {
      const order = shuffle(["a", "b", "c"], random).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
