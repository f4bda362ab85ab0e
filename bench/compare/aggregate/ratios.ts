/** Ratios of variants, round by round: pure. */

import {
  estimateRatio,
  type PairedRound,
  type RatioEstimate,
} from "../../load/statistics/bootstrap.ts";
import { median } from "../../load/statistics/sample.ts";
import type { Pair } from "../result/bench-result.ts";
import type { PeakSample } from "../result/collected.ts";

export type SampleFigure = (sample: PeakSample) => number | null;

/** One value a round. Rounds whose value cannot be a divisor are left out. */
export function valuesByRound(
  peaks: readonly PeakSample[],
  name: string,
  pick: SampleFigure,
  twin = false,
): Map<number, number> {
  const own = peaks.filter((peak) => peak.variant === name && peak.twin === twin);
  return new Map(
    own.flatMap((peak): [number, number][] => {
      const value = pick(peak);
      return value !== null && value > 0 ? [[peak.round, value]] : [];
    }),
  );
}

/** Null if no round has both. */
export function compareRounds(
  baselines: ReadonlyMap<number, number>,
  variants: ReadonlyMap<number, number>,
): RatioEstimate | null {
  const rounds: PairedRound[] = [...variants].flatMap(([round, variant]) => {
    const baseline = baselines.get(round);
    return baseline === undefined ? [] : [{ baseline, variant }];
  });
  return rounds.length === 0 ? null : estimateRatio(rounds, { of: "rounds" });
}

/** Every pair of the variants that have values, the higher median first. */
export function comparePairs(
  peaks: readonly PeakSample[],
  names: readonly string[],
  pick: SampleFigure,
): readonly Pair[] {
  const ranked = names
    .map((name) => ({ name, rounds: valuesByRound(peaks, name, pick) }))
    .filter(({ rounds }) => rounds.size > 0)
    .sort((a, b) => median([...b.rounds.values()]) - median([...a.rounds.values()]));
  return ranked.flatMap((higher, place) =>
    ranked.slice(place + 1).flatMap((lower): Pair[] => {
      const ratio = compareRounds(lower.rounds, higher.rounds);
      return ratio === null ? [] : [{ higher: higher.name, lower: lower.name, ratio }];
    }),
  );
}
