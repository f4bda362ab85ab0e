import { expect, test } from "vitest";
import { createGaps } from "../../../bench/generator/drivers.ts";
import { mean } from "../../../bench/statistics/sample.ts";

function gaps(next: () => number, count: number): number[] {
  return Array.from({ length: count }, next);
}

test("constant arrivals lie in the middle of their gaps", () => {
  expect(gaps(createGaps({ kind: "constant", perSecond: 50 }), 3)).toEqual([10, 20, 20]);
});

test("Poisson arrivals have the rate's mean and its deviation, and repeat with their seed", () => {
  const arrivals = { kind: "poisson", perSecond: 50, seed: 7 } as const;
  const values = gaps(createGaps(arrivals), 20_000);
  expect(mean(values)).toBeCloseTo(20, 0);
  expect(Math.sqrt(mean(values.map((gap) => (gap - 20) ** 2)))).toBeCloseTo(20, 0);
  expect(gaps(createGaps(arrivals), 5)).toEqual(values.slice(0, 5));
  expect(gaps(createGaps({ ...arrivals, seed: 8 }), 5)).not.toEqual(values.slice(0, 5));
});
