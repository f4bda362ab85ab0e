/** Which percentiles a number of values supports, and the percentiles of several sets as one. */
import type { Distribution } from "../result.ts";

const probabilities = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;
export type Percentile = keyof typeof probabilities;
export const percentileNames = Object.keys(probabilities) as readonly Percentile[];

/** "p99.9"; the others as they are. */
export function namePercentile(percentile: Percentile): string {
  return percentile === "p999" ? "p99.9" : percentile;
}

/** Rounding must not cost p99 its hundredth value. */
const rounding = 1e-9;

/**
 * The percentile in ms. Null with too few values: with fewer than 1 / (1 - p) it would just be the
 * greatest. Null too if it falls on a request that was given up.
 */
export function readTold(times: Distribution, percentile: Percentile): number | null {
  return isEnough(times, percentile) ? times[percentile] : null;
}

function isEnough({ count }: Distribution, percentile: Percentile): boolean {
  return count > 0 && count * (1 - probabilities[percentile]) >= 1 - rounding;
}

/**
 * The percentile in words: "> 15 s" if it falls on a request that was given up after 15 s. Null
 * with too few values.
 *
 * @param text writes a time in ms
 */
export function writeTold(
  times: Distribution,
  percentile: Percentile,
  text: (ms: number) => string,
): string | null {
  return isEnough(times, percentile) ? writeTime(times, percentile, text) : null;
}

/** Any figure in words, however few values there are: "> 15 s" if it was given up. */
export function writeTime(
  times: Distribution,
  figure: Percentile | "max",
  text: (ms: number) => string,
): string {
  const ms = times[figure];
  return ms === null ? `> ${text(times.givenUpMs ?? 0)}` : text(ms);
}

/** The highest of p99, p95 and p50 that all of these support. Null if none. */
export function findSharedTail(all: readonly Distribution[]): Percentile | null {
  const tails = ["p99", "p95", "p50"] as const;
  return tails.find((tail) => all.every((times) => readTold(times, tail) !== null)) ?? null;
}

/**
 * Several sets of values as one: the rounds of a comparison. Each set is known only by its
 * percentiles. Between two of them its values are taken to lie on a straight line, and below its
 * median on one from zero. In sets of about twenty values p90, p95 and the greatest are single
 * values, so apart from that the tail of the whole is exact.
 *
 * @returns null where there is no value
 */
export function poolTimes(sets: readonly Distribution[]): Distribution | null {
  const values = Float64Array.from(sets.flatMap(spreadValues)).sort();
  const count = values.length;
  if (count === 0) return null;
  const valueAt = (rank: number) => {
    const value = values[rank - 1] ?? 0;
    return value === Number.POSITIVE_INFINITY ? null : value;
  };
  const at = (percentile: Percentile) =>
    valueAt(Math.max(1, Math.ceil(probabilities[percentile] * count - rounding)));
  const givenUp = sets.reduce((total, set) => total + set.givenUp, 0);
  const bounds = sets.flatMap(({ givenUpMs }) => givenUpMs ?? []);
  const sum = sets.reduce((total, set) => total + (set.count - set.givenUp) * set.mean, 0);
  return {
    ...{ count, givenUp, givenUpMs: bounds.length === 0 ? null : Math.min(...bounds) },
    ...{ mean: sum / Math.max(1, count - givenUp), max: valueAt(count) },
    ...{ p50: at("p50"), p75: at("p75"), p90: at("p90") },
    ...{ p95: at("p95"), p99: at("p99"), p999: at("p999") },
  };
}

/** As many values as the set has, in ascending order. Given-up ones are infinite. */
function spreadValues(set: Distribution): number[] {
  const known = percentileNames.flatMap((percentile) => {
    const value = set[percentile];
    return value === null
      ? []
      : [{ rank: Math.max(1, Math.round(probabilities[percentile] * set.count)), value }];
  });
  const answered = set.count - set.givenUp;
  const most = set.max ?? known.at(-1)?.value ?? 0;
  const knots = [{ rank: 0, value: 0 }, ...known, { rank: answered, value: most }];
  return Array.from({ length: set.count }, (_, index) => {
    const rank = index + 1;
    if (rank > answered) return Number.POSITIVE_INFINITY;
    const next = knots.findIndex((knot) => knot.rank >= rank);
    const [below, above] = [knots[next - 1] ?? knots[0], knots[next]];
    if (below === undefined || above === undefined) return most;
    const share = (rank - below.rank) / (above.rank - below.rank);
    return below.value + share * (above.value - below.value);
  });
}
