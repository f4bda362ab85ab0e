/** Which of two variants is ahead, if their rounds can tell. Pure. */

import { leastRounds, type RatioEstimate } from "../../load/statistics/bootstrap.ts";
import { findNoiseFloor } from "../../load/statistics/rounds.ts";
import type { BenchResult, Pair, VariantResult } from "../result/bench-result.ts";

/** Modes with valid figures. */
export function findSoundModes({
  variants,
}: Pick<BenchResult, "variants">): readonly VariantResult[] {
  return variants.filter(
    ({ kind, peak, validity }) => kind === "mode" && peak !== null && validity.valid,
  );
}

/** Whether there are enough rounds for any order. */
export function canRank({ plan }: Pick<BenchResult, "plan">): boolean {
  return plan.rounds >= leastRounds;
}

/** The ratio of one to the other. Null if no round measured both. */
export function findRatio(
  pairs: readonly Pair[],
  variant: string,
  baseline: string,
): RatioEstimate | null {
  const straight = pairs.find(({ higher, lower }) => higher === variant && lower === baseline);
  if (straight !== undefined) return straight.ratio;
  const inverse = pairs.find(({ higher, lower }) => higher === baseline && lower === variant);
  if (inverse === undefined) return null;
  const { ratio, interval } = inverse.ratio;
  return {
    ...inverse.ratio,
    ratio: 1 / ratio,
    interval: interval && { low: 1 / interval.high, high: 1 / interval.low },
  };
}

/**
 * Whether one is above the other: their interval lies above 1. If the A/A control's interval
 * excludes 1, it must lie above that as well.
 */
export function isAbove(
  pairs: readonly Pair[],
  variant: string,
  baseline: string,
  { control }: Pick<BenchResult, "control">,
): boolean {
  const interval = findRatio(pairs, variant, baseline)?.interval ?? null;
  if (interval === null) return false;
  const own = control?.ratio.interval ?? null;
  const quiet = own === null || (own.low <= 1 && own.high >= 1);
  return interval.low > 1 + (quiet || control === null ? 0 : findNoiseFloor(control.ratio));
}
