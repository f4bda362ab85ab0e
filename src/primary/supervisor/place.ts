import { backOffMs } from "./back-off.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** A life that was ready for this long has served. Its place is filled again at once. */
export const servedMs = 5000;

/** The place of one worker. As a rule one life fills it after the other. */
export interface Place {
  /** The worker's number, from 1. */
  readonly number: number;
  /** When to fork its next life, by the clock; undefined where none is due. */
  readonly forkAt: number | undefined;
  /** Lives in a row that ended before they had served, and not by a job. */
  readonly shortLives: number;
}

export function newPlace(number: number): Place {
  return { number, forkAt: undefined, shortLives: 0 };
}

/**
 * The place after the end of its last life. It is filled again at once if that life has served, and
 * after a back-off if lives end again and again soon after their start.
 *
 * @param hadJob whether it ran a job at its end: a job may have ended it, and the queue handles that
 */
export function awaitingFork(
  place: Place,
  { readyAt }: WorkerHandle,
  hadJob: boolean,
  now: number,
  random: number,
): Place {
  const wasReady = readyAt !== undefined;
  const hasServed = wasReady && (hadJob || now - readyAt >= servedMs);
  const shortLives = hasServed ? 0 : place.shortLives + 1;
  return { ...place, shortLives, forkAt: now + backOffMs(shortLives, wasReady, random) };
}
