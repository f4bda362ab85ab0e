/** What a share in a sample says of the share in the long run. */

const error = 0.05;

/** `within`: at or below the limit, with 95 % confidence; `beyond`: above it; `open`: neither. */
export type Shown = "within" | "beyond" | "open";

/**
 * Whether `over` of `of` requests show that in the long run at most `limitShare` are over the
 * limit.
 *
 * With a `limitShare` of 1 - q, `within` means that the upper confidence bound of the quantile q
 * lies within the limit. The bound is an order statistic, so it holds for any distribution:
 * Conover, "Practical Nonparametric Statistics" (1999), 3.1 and 3.2. It assumes that requests are
 * independent. Requests in one queue are not; a slowly growing queue is caught by the growth of its
 * backlog and by a longer step.
 */
export function judgeShare(over: number, of: number, limitShare: number): Shown {
  if (binomialAtMost(over, of, limitShare) <= error) return "within";
  if (1 - binomialAtMost(over - 1, of, limitShare) <= error) return "beyond";
  return "open";
}

/** The most that may be over for `within`. -1 if so few requests cannot show it. */
export function countMostOver(of: number, limitShare: number): number {
  let most = -1;
  while (most < of && binomialAtMost(most + 1, of, limitShare) <= error) most += 1;
  return most;
}

/** The chance of at most `count` hits in `trials`, each with the chance `share`. */
export function binomialAtMost(count: number, trials: number, share: number): number {
  if (count < 0) return 0;
  if (count >= trials || share <= 0) return 1;
  if (share >= 1) return 0;
  const odds = Math.log(share) - Math.log1p(-share);
  let logChance = trials * Math.log1p(-share);
  let sum = Math.exp(logChance);
  for (let hits = 1; hits <= count; hits += 1) {
    logChance += Math.log((trials - hits + 1) / hits) + odds;
    sum += Math.exp(logChance);
  }
  return Math.min(1, sum);
}
