/** Means and quantiles of small samples, such as the rounds of a comparison. */

export function mean(values: readonly number[] | Float64Array): number {
  requireSome(values);
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The quantile at `probability`, with straight lines between neighbours: type 7 of Hyndman and Fan,
 * "Sample Quantiles in Statistical Packages" (1996), as in R and NumPy.
 *
 * @throws RangeError where there is no value
 */
export function quantile(values: readonly number[], probability: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), probability);
}

/** The same for values that are already sorted in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  requireSome(sorted);
  const place = Math.min(1, Math.max(0, probability)) * (sorted.length - 1);
  const below = Math.floor(place);
  const lower = sorted[below] ?? Number.NaN;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return lower + (upper - lower) * (place - below);
}

function requireSome(values: ArrayLike<number>): void {
  if (values.length === 0) throw new RangeError("values: give one value or more");
}
