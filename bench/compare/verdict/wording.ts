/** How the verdict writes figures. */
import type { RatioEstimate } from "../../load/statistics/bootstrap.ts";

/** "1.97x [1.95, 1.99]"; without the interval where there is none. */
export function times({ ratio, interval }: RatioEstimate): string {
  const range = interval && ` [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`;
  return `${ratio.toFixed(2)}x${range ?? ""}`;
}

export function ms(value: number): string {
  return `${Number(value.toPrecision(2)).toLocaleString("en", { maximumFractionDigits: 3 })} ms`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

export function list(names: readonly string[], last = "and"): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
