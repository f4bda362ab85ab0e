import type { Interval } from "../../load/result.ts";
import { median } from "../../load/statistics/sample.ts";

const calmMs = 3_000;
/** Answers that must be normal before the server counts as back to normal. */
export const calmAnswers = 10;

/**
 * Whether, and since when, a server is back to normal, judged by the intervals after an overload.
 */
export interface RecoveryView {
  /** From the first interval to the end of the last abnormal one. 0 if none was. */
  readonly afterMs: number;
  /** Whether it has been normal long enough to say so. */
  readonly calm: boolean;
  readonly settledP50: number | null;
}

/**
 * An interval is normal if nothing failed in it and its median answer is within `normalMs`. Answers
 * count when they come: those that waited in the overload's queue show how long it took to empty.
 */
export function viewRecovery(intervals: readonly Interval[], normalMs: number): RecoveryView {
  const startMs = intervals[0]?.atMs ?? 0;
  const last = intervals.findLastIndex(
    ({ failed, p50 }) => failed > 0 || (p50 !== null && p50 > normalMs),
  );
  const bad = intervals[last];
  const afterMs = bad === undefined ? 0 : bad.atMs + bad.lengthMs - startMs;
  const normal = intervals.slice(last + 1);
  const end = normal.at(-1);
  const normalForMs = end === undefined ? 0 : end.atMs + end.lengthMs - startMs - afterMs;
  const answers = normal.reduce((sum, { correct }) => sum + correct, 0);
  const medians = normal.flatMap(({ p50 }) => (p50 === null ? [] : [p50]));
  return {
    afterMs,
    calm: normalForMs >= calmMs && answers >= calmAnswers,
    settledP50: medians.length === 0 ? null : median(medians),
  };
}
