/** Rules of jobs that must start before a time (`startBefore`). Pure, the same with every queue. */
import type { Requeued } from "./transitions.ts";

/** Whether a job must not start any more: it expires. */
export function isOverdue(startBefore: number | null, now: number): boolean {
  return startBefore !== null && startBefore <= now;
}

/**
 * Whether the time still holds for a job that goes back to the queue. Once it has started it may take
 * any number of attempts; but one that was handed back keeps its turn, as if it had not started.
 */
export function mayStillExpire({ error, pauseMs }: Pick<Requeued, "error" | "pauseMs">): boolean {
  return error === null && pauseMs === 0;
}

/** What holds for a job that is retried by hand: a time that is over would end it at once. */
export function startBeforeOfRetry(startBefore: number | null, now: number): number | null {
  return isOverdue(startBefore, now) ? null : startBefore;
}
