import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distributionOf, quantilesBetween } from "../../../src/control/thread/watch/quantiles.ts";
import { bounds } from "../../../src/telemetry/figures/definitions.ts";
import { observe, SeriesTable } from "../../../src/telemetry/figures/series-table.ts";

/** What the histogram of runs has counted, after runs of so many ms. */
function after(...runsMs: readonly number[]) {
  const table = new SeriesTable("manycore_run_duration_seconds");
  for (const ms of runsMs) observe(table.of("hash", "inline", "live"), ms / 1000);
  return distributionOf([table.read()], "manycore_run_duration_seconds");
}

const times = (count: number, ms: number) => Array.from({ length: count }, () => ms);

describe("quantiles between two readings of a histogram", () => {
  test("are none if no run has ended", () => {
    expect(quantilesBetween(after(), after())).toBeNull();
    expect(quantilesBetween(after(20, 300), after(20, 300))).toBeNull();
  });

  test("leave out what was counted before", () => {
    const before = times(1000, 3000);
    const quantiles = quantilesBetween(after(...before), after(...before, ...times(10, 20)));
    expect(quantiles?.p50).toBeCloseTo(20, 6);
  });

  test("lie within the bucket, as far as their share of it", () => {
    // Half of them in 10 to 25 ms, half in 50 to 75 ms.
    const quantiles = quantilesBetween(after(), after(...times(50, 20), ...times(50, 60)));
    expect(quantiles).toEqual({ p50: 25, p99: 50 + 25 * 0.98 });
  });

  test("are around the mean if all are in one bucket", () => {
    expect(quantilesBetween(after(), after(...times(7, 0.2)))?.p50).toBeCloseTo(0.2, 6);
    expect(quantilesBetween(after(), after(...times(7, 0.2)))?.p99).toBeCloseTo(0.396, 6);
    const equal = quantilesBetween(after(), after(...times(3, 24)));
    expect(equal?.p50).toBeCloseTo(24, 6);
    expect(equal?.p99).toBeLessThanOrEqual(25);
  });

  test("know no more than the last bound, or than the mean, of very long runs", () => {
    expect(quantilesBetween(after(), after(...times(9, 20_000)))?.p99).toBeCloseTo(20_000, 6);
    const some = quantilesBetween(after(), after(...times(50, 20), ...times(50, 20_000)));
    expect(some?.p99).toBe(10_000);
  });

  test("are of all tasks together", () => {
    const table = new SeriesTable("manycore_run_duration_seconds");
    for (const task of ["hash", "primes"]) observe(table.of(task, "inline", "live"), 0.02);
    const { length, 3: inBucket } = distributionOf([table.read()], "manycore_run_duration_seconds");
    expect([length, inBucket]).toEqual([bounds.length + 2, 2]);
  });

  test("are in order, and no further from the truth than a bucket is wide", () => {
    const runs = fc.array(fc.double({ min: 0.01, max: 9_999, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(runs, (all) => {
        const quantiles = quantilesBetween(after(), after(...all));
        if (!quantiles) throw new Error("There are runs");
        const sorted = all.toSorted((one, other) => one - other);
        for (const [name, share] of [
          ["p50", 0.5],
          ["p99", 0.99],
        ] as const) {
          const truth = sorted[Math.ceil(share * all.length) - 1] ?? 0;
          const edges = [0, ...bounds.map((bound) => bound * 1000)];
          const above = edges.findIndex((edge) => truth <= edge);
          expect(quantiles[name]).toBeGreaterThanOrEqual((edges[above - 1] ?? 0) - 1e-6);
          expect(quantiles[name]).toBeLessThanOrEqual((edges[above] ?? 0) + 1e-6);
        }
        expect(quantiles.p50).toBeLessThanOrEqual(quantiles.p99);
      }),
    );
  });
});
