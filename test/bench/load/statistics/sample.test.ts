import { expect, test } from "vitest";
import { mean, median, quantile } from "../../../../bench/load/statistics/sample.ts";

test("quantiles lie between neighbours, and need no order", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([10, 20, 30, 40, 50], 0.1)).toBeCloseTo(14);
  expect(quantile([1, 2], 0)).toBe(1);
  expect(quantile([1, 2], 1)).toBe(2);
  expect(quantile([100, 9], 0.5)).toBe(54.5); // by value, not as text
  expect(mean([1, 2, 6])).toBe(3);
});

test("no value has no quantile", () => {
  expect(() => median([])).toThrow(RangeError);
  expect(() => mean([])).toThrow(/give one value/);
});
