const baseMs = 500;

/** Longest pause after a life that never became ready. The next one will probably fail too. */
const longestUnreadyMs = 30_000;

/** Longest pause after a life that was ready. The worker serves for a while each time. */
const longestReadyMs = 2000;

/**
 * How long to wait before a worker is forked again: exponential, with full jitter. So workers that
 * die together do not come back together (M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015: sleep = random_between(0, min(cap, base * 2 ** attempt))).
 *
 * @param shortLives how many of its lives in a row were short; after the first it comes back at once
 * @param wasReady whether the last of them became ready
 * @param random from 0 to below 1
 */
export function backOffMs(shortLives: number, wasReady: boolean, random: number): number {
  if (shortLives <= 1) return 0;
  // The exponent is bounded: 2 ** 1024 is Infinity.
  const longestMs = wasReady ? longestReadyMs : longestUnreadyMs;
  const ceiling = Math.min(longestMs, baseMs * 2 ** Math.min(shortLives - 2, 16));
  return Math.round(random * ceiling);
}
