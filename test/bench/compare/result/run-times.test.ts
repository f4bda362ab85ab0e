import { expect, test } from "vitest";
import { describeRunTimes } from "../../../../bench/compare/result/run-times.ts";
import { quantile } from "../../../../bench/load/statistics/sample.ts";

test("few times are kept as they are, in order", () => {
  expect(describeRunTimes([3, 1, 2])).toEqual({ count: 3, mean: 2, values: [1, 2, 3] });
});

test("many are kept as quantiles that each stand for as many", () => {
  const times = Array.from({ length: 5_000 }, (_, index) => 10 + ((index * 7_919) % 5_000) / 1_000);
  const described = describeRunTimes(times);
  expect(described?.count).toBe(5_000);
  expect(described?.values).toHaveLength(200);
  for (const share of [0.05, 0.5, 0.9, 0.99]) {
    expect(quantile(described?.values ?? [], share)).toBeCloseTo(quantile(times, share), 1);
  }
});

test("no times: null", () => expect(describeRunTimes([])).toBeNull());
