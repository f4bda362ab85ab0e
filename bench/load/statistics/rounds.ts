import type { RatioEstimate } from "./bootstrap.ts";
import { createRandom, shuffle } from "./random.ts";

/** One row of the comparison. The twin is the second entry of a variant. */
export interface Entry<Variant> {
  readonly variant: Variant;
  readonly twin: boolean;
}

/**
 * The order of the variants. Every round runs each once, in a random order, so that a drift of the
 * machine meets all alike. The first variant is entered twice (A/A): its difference from itself is
 * the noise.
 */
export function planRounds<Variant>(
  variants: readonly Variant[],
  rounds: number,
  seed: number,
): Entry<Variant>[][] {
  const random = createRandom(seed);
  const entries = [
    ...variants.slice(0, 1).map((variant) => ({ variant, twin: true })),
    ...variants.map((variant) => ({ variant, twin: false })),
  ];
  return Array.from({ length: rounds }, () => shuffle(entries, random));
}

/**
 * How far a variant seems to differ from itself: the wider side of the A/A ratio's interval, or the
 * ratio alone without an interval. A share of 1.
 */
export function findNoiseFloor({ ratio, interval }: RatioEstimate): number {
  const edges = interval === null ? [ratio] : [interval.low, interval.high];
  return Math.max(...edges.map((edge) => Math.abs(edge - 1)));
}
