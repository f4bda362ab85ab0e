import { backOffMs } from "./back-off.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** A life that was ready for this long has served: its place is filled again at once. */
export const servedMs = 5000;

/** Where one worker is to be. Its lives fill it, as a rule one after the other. */
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
 * The place after the end of its last life: to be filled at once where that life was of use, and
 * after a back-off where lives end again and again when they have hardly begun.
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
