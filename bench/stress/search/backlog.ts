import { writeMs } from "../../command/wording.ts";
import type { Interval } from "../../load/result.ts";
import { median } from "../../load/statistics/sample.ts";

const growth = 2;
/** A third with fewer medians says nothing. */
const leastMedians = 5;

/**
 * Whether the queue grew all along. If so, the latencies of a step only show how long the step was.
 * The queue grew if answers in the last third took more than twice as long as in the first, and
 * `leastMs` more. Each third counts by the median of its medians of 100 ms, so one stall is no
 * growth.
 */
export function findGrowth(
  intervals: readonly Interval[],
  durationMs: number,
  leastMs: number,
): string | null {
  const medianBetween = (fromMs: number, toMs: number) => {
    const medians = intervals.flatMap(({ atMs, p50 }) =>
      p50 !== null && atMs >= fromMs && atMs < toMs ? [p50] : [],
    );
    return medians.length < leastMedians ? null : median(medians);
  };
  const first = medianBetween(0, durationMs / 3);
  const last = medianBetween((2 * durationMs) / 3, durationMs);
  if (first === null || last === null) return null;
  if (last <= growth * first || last - first <= leastMs) return null;
  return `the queue grew: p50 ${writeMs(first)} in the first third, ${writeMs(last)} in the last`;
}
