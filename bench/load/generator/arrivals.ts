import { createRandom, drawExponential, type Random } from "../statistics/random.ts";
import type { Arrivals } from "./plan.ts";

export interface Spans {
  readonly warmupMs: number;
  readonly durationMs: number;
}

/**
 * Returns the time to the next arrival, in ms. Constant arrivals begin with half a gap, so that
 * none falls on the edge of the measured time and the number of requests is exact. Counted arrivals
 * end; then the time to the next is infinite.
 */
export function createGaps(
  arrivals: Exclude<Arrivals, { kind: "closed" }>,
  spans: Spans,
): () => number {
  const meanMs = 1_000 / arrivals.perSecond;
  if (arrivals.kind === "constant") {
    let nextMs = meanMs / 2;
    return () => {
      const gapMs = nextMs;
      nextMs = meanMs;
      return gapMs;
    };
  }
  const random = createRandom(arrivals.seed ?? 1);
  if (arrivals.counted !== true) return () => drawExponential(random, meanMs);
  const { warmupMs, durationMs } = spans;
  const span = (fromMs: number, lengthMs: number): Span => ({
    ...{ fromMs, lengthMs },
    count: Math.round((arrivals.perSecond * lengthMs) / 1_000),
  });
  const next = generateArrivals([span(0, warmupMs), span(warmupMs, durationMs)], random);
  let atMs = 0;
  return () => {
    const { value = Number.POSITIVE_INFINITY } = next.next();
    const gapMs = value - atMs;
    atMs = value;
    return gapMs;
  };
}

interface Span {
  readonly fromMs: number;
  readonly lengthMs: number;
  readonly count: number;
}

/**
 * Times of this many arrivals in each span, in ascending order. They are uniform in the span, as a
 * Poisson process is when its count is given. Each is drawn as the least of those left, without
 * sorting: Bentley and Saxe, "Generating Sorted Lists of Random Numbers" (1980).
 */
function* generateArrivals(spans: readonly Span[], random: Random): Generator<number> {
  for (const { fromMs, lengthMs, count } of spans) {
    let leftMs = lengthMs;
    for (let left = count; left > 0; left -= 1) {
      leftMs *= (1 - random()) ** (1 / left);
      yield fromMs + lengthMs - leftMs;
    }
  }
}
