/** Which percentiles so many values can tell, and those of several sets of values as one. */
import type { Distribution } from "../generator/result.ts";

const probabilities = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;
export type Percentile = keyof typeof probabilities;
export const percentileNames = Object.keys(probabilities) as readonly Percentile[];

/** "p99.9"; the others as they are. */
export function percentileName(percentile: Percentile): string {
  return percentile === "p999" ? "p99.9" : percentile;
}

/** Rounding must not cost p99 its hundredth value. */
const rounding = 1e-9;

/**
 * The percentile in ms; null where the values are too few for it: of fewer than 1 / (1 - p) it is
 * but another name for the greatest.
 */
export function told(times: Distribution, percentile: Percentile): number | null {
  const beyond = times.count * (1 - probabilities[percentile]);
  return times.count === 0 || beyond < 1 - rounding ? null : times[percentile];
}

/** The furthest of p99, p95 and p50 that all of these can tell; null where they can tell none. */
export function sharedTail(all: readonly Distribution[]): Percentile | null {
  const tails = ["p99", "p95", "p50"] as const;
  return tails.find((tail) => all.every((times) => told(times, tail) !== null)) ?? null;
}

/**
 * Several sets of values as one: the rounds of a comparison. Each set is known by its percentiles
 * only: between two of them its values are taken to lie on a straight line, and below its median on
 * one from zero. Of sets of some twenty values, whose p90, p95 and greatest are single values, the
 * tail of the whole is exact but for that.
 *
 * @returns null where there is no value
 */
export function poolTimes(sets: readonly Distribution[]): Distribution | null {
  const values = Float64Array.from(sets.flatMap(spread)).sort();
  const count = values.length;
  if (count === 0) return null;
  const at = (percentile: Percentile) => {
    const rank = Math.ceil(probabilities[percentile] * count - rounding);
    return values[Math.max(1, rank) - 1] ?? 0;
  };
  const sum = sets.reduce((total, set) => total + set.count * set.mean, 0);
  return {
    ...{ count, mean: sum / count, max: values[count - 1] ?? 0 },
    ...{ p50: at("p50"), p75: at("p75"), p90: at("p90") },
    ...{ p95: at("p95"), p99: at("p99"), p999: at("p999") },
  };
}

/** As many values as the set has, in ascending order. */
function spread(set: Distribution): number[] {
  const known = percentileNames.map((percentile) => ({
    rank: Math.max(1, Math.round(probabilities[percentile] * set.count)),
    value: set[percentile],
  }));
  const knots = [{ rank: 0, value: 0 }, ...known, { rank: set.count, value: set.max }];
  return Array.from({ length: set.count }, (_, index) => {
    const rank = index + 1;
    const next = knots.findIndex((knot) => knot.rank >= rank);
    const [below, above] = [knots[next - 1] ?? knots[0], knots[next]];
    if (below === undefined || above === undefined) return set.max;
    const share = (rank - below.rank) / (above.rank - below.rank);
    return below.value + share * (above.value - below.value);
  });
}
