import { mean } from "./sample.ts";

export interface WarmupCheck {
  /** Whether the series was steady from its start. */
  readonly steady: boolean;
  /** How many values at the start to leave out. */
  readonly discard: number;
  /** The mean of the values to leave out, against that of the rest: 0.9 is 10 % less. */
  readonly ratio: number;
}

/** A start that differs by less is no reason to leave it out, */
const sameWithin = 0.1;
/** nor is one that chance explains: so many standard errors. The search picks the least likely. */
const chanceWithin = 3;
const batchSize = 5;

/**
 * Whether a series (such as the throughput of each interval) still warms up at its start: MSER-5.
 * It finds the start that is best left out, by the least standard error of the mean of the rest,
 * over batches of five: White, "An Effective Truncation Heuristic for Bias Reduction in Simulation
 * Output", Simulation 69 (1997). At most half is left out; a series that then is not steady never
 * was. That start must also differ from the rest by a tenth and by more than chance, since the
 * search finds one in noise as well.
 */
export function checkWarmup(series: readonly number[]): WarmupCheck {
  const batches = Math.floor(series.length / batchSize);
  const means = Array.from({ length: batches }, (_, batch) =>
    mean(series.slice(batch * batchSize, (batch + 1) * batchSize)),
  );
  let best = { cut: 0, score: Number.POSITIVE_INFINITY };
  for (let cut = 0; cut <= batches / 2 && cut < batches; cut += 1) {
    const score = squaredErrorOfMean(means.slice(cut));
    if (score < best.score) best = { cut, score };
  }
  const discard = best.cut * batchSize;
  if (discard === 0) return { steady: true, discard: 0, ratio: 1 };
  const rest = series.slice(discard);
  const restMean = mean(rest);
  const ratio = mean(series.slice(0, discard)) / restMean;
  const steady = Math.abs(ratio - 1) <= Math.max(sameWithin, chanceOf(discard, rest));
  return { steady, discard: steady ? 0 : discard, ratio };
}

/** Fewer values than this show no change. */
const leastValues = 4;
/** A difference that is larger than this is no chance, however few values there are. */
const mostByChance = 0.25;

/**
 * Whether a series of throughputs has come to rest: without the start that is best left out, its
 * later half is not above its earlier one. A fall is none of warm-up's doing. A series that is too
 * short to tell counts as settled.
 */
export function hasSettled(series: readonly number[]): boolean {
  const rest = series.slice(checkWarmup(series).discard);
  if (rest.length < leastValues) return true;
  const half = Math.floor(rest.length / 2);
  const later = rest.slice(half);
  if (mean(later) === 0) return true;
  const gain = 1 - mean(rest.slice(0, half)) / mean(later);
  const chance = Math.min(mostByChance, chanceOf(half, later));
  return gain <= Math.max(sameWithin, chance);
}

/** By how much a mean of so many values may differ from that of `rest` by chance, as a share. */
function chanceOf(values: number, rest: readonly number[]): number {
  const restMean = mean(rest);
  const deviation = Math.sqrt(mean(rest.map((value) => (value - restMean) ** 2)));
  return (chanceWithin * deviation) / Math.sqrt(values) / restMean;
}

function squaredErrorOfMean(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length ** 2;
}
