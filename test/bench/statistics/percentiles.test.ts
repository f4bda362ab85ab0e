import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTimes, describeTimes, recordMs } from "../../../bench/generator/histogram.ts";
import { poolTimes, sharedTail, told } from "../../../bench/statistics/percentiles.ts";

function times(values: readonly number[]) {
  const histogram = createTimes();
  for (const value of values) recordMs(histogram, value);
  return describeTimes(histogram);
}

const range = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => from + index);

describe("a percentile", () => {
  test.each([
    [99, "p99", false],
    [100, "p99", true],
    [999, "p999", false],
    [1_000, "p999", true],
    [19, "p95", false],
    [20, "p95", true],
    [1, "p50", false],
  ] as const)("of %i values, %s: is told %j", (count, percentile, is) => {
    expect(told(times(range(count)), percentile) !== null).toBe(is);
  });

  test("the tail to compare by is one that all of them can tell", () => {
    const [many, some] = [times(range(150)), times(range(60))];
    expect(sharedTail([many, many])).toBe("p99");
    expect(sharedTail([many, some])).toBe("p95");
    expect(sharedTail([many, times([])])).toBeNull();
  });
});

describe("rounds as one", () => {
  test("a p99 is that of all, and not the median of the rounds' greatest values", () => {
    // In each of six rounds one of 24 answers was slow: 4 % of all, hence p95 is not among them.
    const rounds = range(6).map((round) => times([...range(23).map(() => 1), 100 * round]));
    const pooled = poolTimes(rounds);
    expect(pooled).toMatchObject({ count: 144 });
    expect(pooled?.p95).toBeCloseTo(1, 1);
    expect(pooled?.p99).toBeCloseTo(500, 0);
    expect(pooled?.max).toBeCloseTo(600, 0);
  });

  test("one round is itself, and nothing is null", () => {
    const one = times(range(200));
    expect(poolTimes([one])?.p99).toBeCloseTo(one.p99, 0);
    expect(poolTimes([one, times([])])?.mean).toBeCloseTo(one.mean, 6);
    expect(poolTimes([])).toBeNull();
    expect(poolTimes([times([])])).toBeNull();
  });

  test("whatever the rounds are, percentiles ascend and lie among their values", () => {
    const set = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(set, { minLength: 1, maxLength: 6 }), (sets) => {
        const pooled = poolTimes(sets.map(times));
        if (pooled === null) return false;
        const { p50, p75, p90, p95, p99, p999, max, count } = pooled;
        const series = [0, p50, p75, p90, p95, p99, p999, max * 1.000001];
        expect(series).toEqual(series.toSorted((a, b) => a - b));
        expect(count).toBe(sets.flat().length);
        return Math.abs(max - Math.max(...sets.flat())) <= max / 500;
      }),
    );
  });
});
