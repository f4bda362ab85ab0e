import { mean } from "./sample.ts";

/** A smaller gain is no sign of code that still warms up. */
const sameWithin = 0.1;
/**
 * Nor is a gain within this many standard errors of the difference of two means: it may be chance.
 */
const chanceWithin = 3;
/** A gain above this is never chance, however few and restless the intervals are. */
const mostByChance = 0.25;

/**
 * Whether a server is warm, by its throughput in the intervals of one stretch of load and of the
 * stretch before. The mean may be a tenth above the former one, or as much as chance explains:
 * three standard errors of the difference of two means (Welch, Biometrika 34, 1947), a quarter at
 * most. A fall has other causes than warm-up. A stretch without answers is not warm.
 */
export function hasSettled(before: readonly number[], stretch: readonly number[]): boolean {
  if (before.length === 0 || stretch.length === 0) return false;
  const now = mean(stretch);
  if (!(now > 0)) return false;
  const gain = 1 - mean(before) / now;
  const error = Math.sqrt(squaredError(before) + squaredError(stretch)) / now;
  return gain <= Math.max(sameWithin, Math.min(mostByChance, chanceWithin * error));
}

/** Squared standard error of the mean. A single value has none. */
function squaredError(values: readonly number[]): number {
  if (values.length < 2) return Number.POSITIVE_INFINITY;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}
