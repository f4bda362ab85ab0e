import fc from "fast-check";
import { expect, test } from "vitest";
import { createGaps } from "../../../../bench/load/generator/arrivals.ts";
import { mean } from "../../../../bench/load/statistics/sample.ts";

const spans = { warmupMs: 0, durationMs: 1_000 };

function gaps(next: () => number, count: number): number[] {
  return Array.from({ length: count }, next);
}

/** The times of all counted arrivals. */
function counted(perSecond: number, seed: number, of: typeof spans): number[] {
  const next = createGaps({ kind: "poisson", perSecond, seed, counted: true }, of);
  const times: number[] = [];
  for (let atMs = next(); atMs < Number.POSITIVE_INFINITY; atMs += next()) times.push(atMs);
  return times;
}

test("constant arrivals lie in the middle of their gaps", () => {
  expect(gaps(createGaps({ kind: "constant", perSecond: 50 }, spans), 3)).toEqual([10, 20, 20]);
});

test("Poisson arrivals have the rate's mean and its deviation, and repeat with their seed", () => {
  const arrivals = { kind: "poisson", perSecond: 50, seed: 7 } as const;
  const values = gaps(createGaps(arrivals, spans), 20_000);
  expect(mean(values)).toBeCloseTo(20, 0);
  expect(Math.sqrt(mean(values.map((gap) => (gap - 20) ** 2)))).toBeCloseTo(20, 0);
  expect(gaps(createGaps(arrivals, spans), 5)).toEqual(values.slice(0, 5));
  expect(gaps(createGaps({ ...arrivals, seed: 8 }, spans), 5)).not.toEqual(values.slice(0, 5));
});

test("counted arrivals are as many as the rate says, in each of the times, whatever the seed", () => {
  const ms = fc.integer({ min: 0, max: 5_000 });
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 500 }),
      ms,
      ms,
      (seed, rate, warm, long) => {
        const times = counted(rate, seed, { warmupMs: warm, durationMs: long });
        // To the rounding of a sum of gaps.
        const due = (from: number, to: number) =>
          times.filter((at) => at >= from - 1e-6 && at < to - 1e-6).length;
        expect(due(0, warm)).toBe(Math.round((rate * warm) / 1_000));
        expect(due(warm, warm + long)).toBe(Math.round((rate * long) / 1_000));
        expect(times.length).toBe(due(0, warm + long));
        expect(times).toEqual(times.toSorted((one, other) => one - other));
      },
    ),
    // A count that is half a request more than whole: 217.5 of the rate's.
    { examples: [[0, 60, 3_625, 0]] },
  );
});

test("counted arrivals are uniform over their time, and their gaps those of a Poisson process", () => {
  const times = counted(20_000, 3, spans);
  for (let from = 0; from < 1_000; from += 100) {
    const due = times.filter((at) => at >= from && at < from + 100).length;
    expect(Math.abs(due - 2_000)).toBeLessThan(5 * Math.sqrt(1_800)); // of a binomial count
  }
  const between = times.slice(1).map((at, place) => at - (times[place] ?? 0));
  const shorter = between.filter((gap) => gap < 0.05).length / between.length;
  expect(shorter).toBeCloseTo(1 - Math.exp(-1), 1);
});
