import { maxBackoffMs } from "../limits.ts";

/**
 * The pause before a job is run again. It doubles with each attempt, and half of it is random. So jobs
 * that failed together do not come back together ("equal jitter": M. Brooker, Exponential Backoff And
 * Jitter, 2015).
 *
 * @param attempts how often it has been started, at least 1
 * @param random from 0 to below 1
 */
export function pauseMs(backoffMs: number, attempts: number, random: () => number): number {
  const whole = fullPauseMs(backoffMs, attempts);
  return Math.round(whole / 2 + (whole / 2) * random());
}

/** What `pauseMs` is at most. */
export function fullPauseMs(backoffMs: number, attempts: number): number {
  return Math.min(maxBackoffMs, backoffMs * 2 ** (attempts - 1));
}
