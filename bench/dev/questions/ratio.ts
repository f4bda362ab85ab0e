import { writeRatio } from "../../command/wording.ts";
import { estimateRatio } from "../../load/statistics/bootstrap.ts";

/**
 * A ratio with its interval, from the values of each round. It is the median of the rounds' own
 * ratios. The two cells of a round are seconds apart, so a slow change of the machine's pace does
 * not touch it.
 */
export function writeRoundsRatio(baseline: readonly number[], variant: readonly number[]): string {
  const rounds = baseline.map((value, round) => ({
    baseline: value,
    variant: variant[round] ?? Number.NaN,
  }));
  return writeRatio(estimateRatio(rounds, { of: "rounds" }), "", 3);
}
