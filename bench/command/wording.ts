/** How figures are written in sentences and on a terminal. */
import type { RatioEstimate } from "../load/statistics/bootstrap.ts";

/** Three digits: a measurement of seconds is not more precise. */
export function writeNumber(value: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en", { maximumFractionDigits: 6 });
}

/** A time in ms: "12.5 ms", "1.6 s". */
export function writeMs(value: number): string {
  return value >= 1_000 ? `${writeNumber(value / 1_000)} s` : `${writeNumber(value)} ms`;
}

export function writePerSecond(value: number): string {
  return `${writeNumber(value)}/s`;
}

/** A share of 1: "36.7 %". */
export function writePercent(share: number): string {
  return `${writeNumber(100 * share)} %`;
}

/** "a, b and c". */
export function listNames(names: readonly string[], last = "and"): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

export function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/**
 * A ratio with its interval: "1.97x [1.95, 1.99]".
 *
 * @param unit stands after the ratio
 */
export function writeRatio(
  { ratio, interval }: Pick<RatioEstimate, "ratio" | "interval">,
  unit = "x",
  places = 2,
): string {
  const edges = interval && [interval.low, interval.high].map((edge) => edge.toFixed(places));
  return `${ratio.toFixed(places)}${unit}${edges === null ? "" : ` [${edges.join(", ")}]`}`;
}

/** Empty if there is no value. */
export function writeFixed(value: number | undefined | null, places: number): string {
  return value === undefined || value === null ? "" : value.toFixed(places);
}
