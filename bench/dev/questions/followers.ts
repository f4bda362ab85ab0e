import { setTimeout as pause } from "node:timers/promises";

/** A client that was refused, and came again when `Retry-After` said. */
export interface Follower {
  readonly retryAfterSeconds: number;
  /** Status of the second answer. 200 where the advice was right. */
  readonly statusThen: number;
  /** How long the second answer took. A long wait means that the advice was too early. */
  readonly msThen: number;
}

/**
 * Sends so many requests at once to a server without other load. Those that it refuses wait as long as
 * each was told, and ask once more: the time is right if the server has room for them by then.
 *
 * @param count more than the server takes at once, and less than twice as many
 * @param signal ends the waits
 */
export async function followRefusals(
  url: URL,
  count: number,
  signal: AbortSignal,
): Promise<readonly Follower[]> {
  const followed = await Promise.all(Array.from({ length: count }, () => follow(url, signal)));
  return followed.filter((follower) => follower !== null);
}

async function follow(url: URL, signal: AbortSignal): Promise<Follower | null> {
  const first = await fetch(url, { signal });
  await first.arrayBuffer();
  if (first.status !== 503) return null;
  const retryAfterSeconds = Number(first.headers.get("retry-after"));
  await pause(1000 * retryAfterSeconds, undefined, { signal });
  const startedAt = performance.now();
  const then = await fetch(url, { signal });
  await then.arrayBuffer();
  return { retryAfterSeconds, statusThen: then.status, msThen: performance.now() - startedAt };
}
