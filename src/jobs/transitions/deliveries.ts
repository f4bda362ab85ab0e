/** Rules of webhooks that did not arrive. */
import type { SentWebhook } from "../delivery.ts";

const [second, minute, hour] = [1000, 60_000, 3_600_000];

/**
 * The pauses between the attempts. The first is short, for a receiver that was just being restarted.
 * Altogether it is tried for most of a day.
 */
export const pausesMs = [
  second,
  30 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  6 * hour,
  15 * hour,
] as const;

export const mostTries = pausesMs.length + 1;

/** At most this much of a pause is taken off at random, so that deliveries spread out. */
const jitter = 0.2;

/** Longest `Retry-After` that is heeded. */
export const longestRetryAfterMs = 24 * hour;

/** The answer of a receiver that wants no webhook at this address any more (410 Gone). */
const gone = 410;

export type AfterAttempt =
  | { readonly to: "delivered" | "failed" }
  | { readonly to: "pending"; readonly pauseMs: number };

/**
 * What becomes of a delivery after an attempt.
 *
 * @param tries how often it has been sent, with this attempt
 * @param random from 0 to below 1
 */
export function afterAttempt(
  tries: number,
  { status, error, retryAfterMs }: SentWebhook,
  random: () => number,
): AfterAttempt {
  if (error === null) return { to: "delivered" };
  const pause = pausesMs[tries - 1];
  if (status === gone || pause === undefined) return { to: "failed" };
  const pauseMs = Math.round(pause * (1 - jitter * random()));
  const asked = Math.min(retryAfterMs ?? 0, longestRetryAfterMs);
  return { to: "pending", pauseMs: Math.max(pauseMs, asked) };
}
