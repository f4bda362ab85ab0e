import { bounds, type MetricName } from "../../../telemetry/figures/definitions.ts";
import type { CountedMetric } from "../../../telemetry/figures/figures.ts";
import type { SeenQuantiles } from "../../../telemetry/watch/seen.ts";

const boundsMs = bounds.map((bound) => bound * 1000);

/** What a histogram has counted, in all its series: the sum in ms, then how many were in each bucket. */
export type Distribution = readonly number[];

export function distributionOf(counted: readonly CountedMetric[], name: MetricName): Distribution {
  const sums = Array.from({ length: bounds.length + 2 }, () => 0);
  for (const { numbers } of counted.find((metric) => metric.name === name)?.series ?? []) {
    for (const [place, number] of numbers.entries()) sums[place] = (sums[place] ?? 0) + number;
  }
  sums[0] = (sums[0] ?? 0) * 1000;
  return sums;
}

/**
 * What came between two readings of a histogram.
 *
 * @returns null if nothing came
 */
export function quantilesBetween(before: Distribution, after: Distribution): SeenQuantiles | null {
  const [sumMs = 0, ...counts] = after.map((number, place) => number - (before[place] ?? 0));
  const count = counts.reduce((sum, inBucket) => sum + inBucket, 0);
  if (count <= 0) return null;
  const only = counts.indexOf(count);
  const quantile = (share: number) =>
    only >= 0 ? inOneBucket(only, sumMs / count, share) : inBuckets(counts, share * count);
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

/** As if values were even within each bucket. Past the last bound it is that bound. */
function inBuckets(counts: readonly number[], rank: number): number {
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const [from, to] = edgesOf(bucket);
      return from + ((to - from) * (rank - below)) / count;
    }
    below += count;
  }
  return edgesOf(counts.length - 1)[0];
}

/** The mean is exact, and says more than the edges: as if values were even around it. */
function inOneBucket(bucket: number, meanMs: number, share: number): number {
  const [from, to] = edgesOf(bucket);
  const mean = Math.max(meanMs, from);
  const reach = Math.max(0, Math.min(mean - from, to - mean));
  return mean + reach * (2 * share - 1);
}

/** The last bucket has no upper edge: nothing in it is told apart. */
function edgesOf(bucket: number): readonly [from: number, to: number] {
  const from = boundsMs[bucket - 1] ?? 0;
  return [from, boundsMs[bucket] ?? from];
}
