/** How figures are written in sentences and on a terminal. */
import type { RatioEstimate } from "../load/statistics/bootstrap.ts";

/** Three digits are as much as a measurement of seconds can bear. */
export function digits(value: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en", { maximumFractionDigits: 6 });
}

/** A time in ms: "12.5 ms", "1.6 s". */
export function ms(value: number): string {
  return value >= 1_000 ? `${digits(value / 1_000)} s` : `${digits(value)} ms`;
}

export function perSecond(value: number): string {
  return `${digits(value)}/s`;
}

/** A share of 1: "36.7 %". */
export function percent(share: number): string {
  return `${digits(100 * share)} %`;
}

/** "a, b and c". */
export function list(names: readonly string[], last = "and"): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/**
 * A ratio with its interval: "1.97x [1.95, 1.99]".
 *
 * @param unit stands after the ratio
 */
export function ratioText(
  { ratio, interval }: Pick<RatioEstimate, "ratio" | "interval">,
  unit = "x",
  places = 2,
): string {
  const edges = interval && [interval.low, interval.high].map((edge) => edge.toFixed(places));
  return `${ratio.toFixed(places)}${unit}${edges === null ? "" : ` [${edges.join(", ")}]`}`;
}

/** Nothing where there is no value. */
export function fixed(value: number | undefined | null, places: number): string {
  return value === undefined || value === null ? "" : value.toFixed(places);
}
