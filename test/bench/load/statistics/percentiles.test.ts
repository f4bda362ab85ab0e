import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createTimes,
  describeTimes,
  GivenUp,
  recordMs,
} from "../../../../bench/load/generator/histogram.ts";
import {
  findSharedTail,
  poolTimes,
  readTold,
  writeTime,
  writeTold,
} from "../../../../bench/load/statistics/percentiles.ts";

/** @param givenUp how many more were waited for `givenUpMs`, and did not come */
function times(values: readonly number[], givenUp = 0, givenUpMs = 15_000) {
  const histogram = createTimes();
  for (const value of values) recordMs(histogram, value);
  const lost = new GivenUp();
  for (let count = 0; count < givenUp; count += 1) lost.add(givenUpMs);
  return describeTimes(histogram, lost);
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
    expect(readTold(times(range(count)), percentile) !== null).toBe(is);
  });

  test("the tail to compare by is one that all of them can tell", () => {
    const [many, some] = [times(range(150)), times(range(60))];
    expect(findSharedTail([many, many])).toBe("p99");
    expect(findSharedTail([many, some])).toBe("p95");
    expect(findSharedTail([many, times([])])).toBeNull();
  });
});

describe("requests that were given up on", () => {
  const text = (ms: number) => `${ms / 1_000} s`;

  test("count as longer than all others, and are no value", () => {
    const some = times(range(190), 10);
    expect(some).toMatchObject({ count: 200, givenUp: 10, givenUpMs: 15_000, max: null });
    expect(some.p95).toBeCloseTo(190, 0);
    expect([some.p99, readTold(some, "p99")]).toEqual([null, null]);
    expect(writeTold(some, "p99", text)).toBe("> 15 s");
    expect(writeTime(some, "max", text)).toBe("> 15 s");
    expect(writeTold(some, "p999", text)).toBeNull(); // too few for it anyway
    expect(findSharedTail([some, times(range(200))])).toBe("p95");
    expect(times([], 3)).toMatchObject({ count: 3, p50: null, mean: 0 });
  });

  test("whatever the values, a percentile is that of all, or given up on", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 300 });
    fc.assert(
      fc.property(lengths, fc.nat(30), (values, lost) => {
        const all = [...values, ...Array<number>(lost).fill(Number.POSITIVE_INFINITY)];
        if (all.length === 0) return;
        all.sort((a, b) => a - b);
        const found = times(values, lost);
        const share = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 };
        for (const [name, probability] of Object.entries(share)) {
          const wanted = all[Math.max(1, Math.ceil(probability * all.length - 1e-9)) - 1] ?? 0;
          const is = found[name as keyof typeof share];
          if (wanted === Number.POSITIVE_INFINITY) expect(is, name).toBeNull();
          else if (lost > 0) expect(Math.abs((is ?? 0) - wanted), name).toBeLessThan(0.01 * wanted);
        }
      }),
    );
  });

  test("rounds as one have those of all rounds", () => {
    const pooled = poolTimes([times(range(100)), times(range(90), 10, 20_000)]);
    expect(pooled).toMatchObject({ count: 200, givenUp: 10, givenUpMs: 20_000, max: null });
    expect(pooled?.p95).toBeCloseTo(100, 0);
    expect(pooled?.p99).toBeNull();
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
    expect(poolTimes([one])?.p99).toBeCloseTo(one.p99 ?? 0, 0);
    expect(poolTimes([one, times([])])?.mean).toBeCloseTo(one.mean, 6);
    expect(poolTimes([])).toBeNull();
    expect(poolTimes([times([])])).toBeNull();
  });

  test("whatever the rounds are, percentiles ascend and lie among their values", () => {
    const set = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(set, { minLength: 1, maxLength: 6 }), (sets) => {
        const pooled = poolTimes(sets.map((values) => times(values)));
        if (pooled === null) return false;
        const { p50, p75, p90, p95, p99, p999, count } = pooled;
        const max = pooled.max ?? Number.NaN;
        const series = [0, p50, p75, p90, p95, p99, p999, max * 1.000001].map(Number);
        expect(series).toEqual(series.toSorted((a, b) => a - b));
        expect(count).toBe(sets.flat().length);
        return Math.abs(max - Math.max(...sets.flat())) <= max / 500;
      }),
    );
  });
});
