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
  const deviation = Math.sqrt(mean(rest.map((value) => (value - restMean) ** 2)));
  const chance = (chanceWithin * deviation) / Math.sqrt(discard) / restMean;
  const steady = Math.abs(ratio - 1) <= Math.max(sameWithin, chance);
  return { steady, discard: steady ? 0 : discard, ratio };
}

function squaredErrorOfMean(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length ** 2;
}
