import { mean } from "./sample.ts";

/** A gain that is less is no sign of code that still warms up, */
const sameWithin = 0.1;
/** nor is one that chance explains: so many standard errors of the difference of two means, */
const chanceWithin = 3;
/** but a larger one than this is no chance, however few and restless the intervals are. */
const mostByChance = 0.25;

/**
 * Whether a server has come to rest, from its throughput in the intervals of one stretch of load
 * and of the stretch before that: whether its mean is no more than a tenth above the former one, or
 * by no more than chance explains (three standard errors of the difference of two means, Welch,
 * Biometrika 34, 1947; a quarter at most). A fall is none of warm-up's doing. A stretch without an
 * answer is no rest.
 */
export function hasSettled(before: readonly number[], stretch: readonly number[]): boolean {
  if (before.length === 0 || stretch.length === 0) return false;
  const now = mean(stretch);
  if (!(now > 0)) return false;
  const gain = 1 - mean(before) / now;
  const error = Math.sqrt(squaredError(before) + squaredError(stretch)) / now;
  return gain <= Math.max(sameWithin, Math.min(mostByChance, chanceWithin * error));
}

/** Of the mean; of a single value nobody knows. */
function squaredError(values: readonly number[]): number {
  if (values.length < 2) return Number.POSITIVE_INFINITY;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}
