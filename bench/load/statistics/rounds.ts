import type { RatioEstimate } from "./bootstrap.ts";
import { createRandom, shuffle } from "./random.ts";

/** One place in the comparison's table. The twin is a variant that is entered a second time. */
export interface Entry<Variant> {
  readonly variant: Variant;
  readonly twin: boolean;
}

/**
 * The order in which to run variants: every round runs each of them once, in an order of its own,
 * so that a drift of the machine meets all alike. The first variant is entered twice (A/A): how
 * far it differs from itself is what the comparison cannot tell from noise.
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
 * How far a variant seems to be from itself, as a share of 1: the wider side of the A/A ratio's
 * interval, or the ratio alone where there is no interval.
 */
export function findNoiseFloor({ ratio, interval }: RatioEstimate): number {
  const edges = interval === null ? [ratio] : [interval.low, interval.high];
  return Math.max(...edges.map((edge) => Math.abs(edge - 1)));
}
