import { mean, quantileOfSorted } from "../../load/statistics/sample.ts";

/** How long runs took by the server's own clock, in ms, without what HTTP costs. */
export interface RunTimes {
  /** How many runs were timed. */
  readonly count: number;
  readonly mean: number;
  /**
   * The times themselves in ascending order, or evenly spaced quantiles of them if there were many.
   * Each stands for as many runs as any other.
   */
  readonly values: readonly number[];
}

/** Enough for a p99: the last one stands for the longest 0.5 % of the runs. */
const mostValues = 200;

/** Null where no run was timed. */
export function describeRunTimes(times: readonly number[]): RunTimes | null {
  if (times.length === 0) return null;
  const sorted = Float64Array.from(times).sort();
  const values =
    sorted.length <= mostValues
      ? [...sorted]
      : Array.from({ length: mostValues }, (_, index) => {
          const value = quantileOfSorted(sorted, (index + 0.5) / mostValues);
          return Number(value.toPrecision(5));
        });
  return { count: times.length, mean: mean(sorted), values };
}
