import { quantile } from "../../load/statistics/sample.ts";
import type { Measure } from "../result/bench-result.ts";

/**
 * An outlier lies further out than this many interquartile ranges: Tukey, "Exploratory Data
 * Analysis" (1977).
 */
const fences = 1.5;

/** Null where there is no value. */
export function summarize(values: readonly number[]): Measure | null {
  if (values.length === 0) return null;
  const [low, high] = [quantile(values, 0.25), quantile(values, 0.75)];
  const reach = fences * (high - low);
  const isOut = (value: number) => value < low - reach || value > high + reach;
  const outliers = values.flatMap((value, place) => (isOut(value) ? [place] : []));
  return { median: quantile(values, 0.5), values, outliers };
}
