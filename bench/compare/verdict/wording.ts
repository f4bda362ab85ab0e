/** How the verdict writes figures. */
import type { RatioEstimate } from "../../load/statistics/bootstrap.ts";

/** "1.97x [1.95, 1.99]"; without the interval where there is none. */
export function times({ ratio, interval }: RatioEstimate): string {
  const range = interval && ` [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`;
  return `${ratio.toFixed(2)}x${range ?? ""}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
