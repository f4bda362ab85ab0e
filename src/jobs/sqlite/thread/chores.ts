/** What the store does by itself, in small steps, beside the commands. */

import { settleDependants } from "./after/settling.ts";
import { cancelInBatches } from "./batches/batch-changes.ts";
import { purgeJobs } from "./jobs/retention.ts";
import { expireJobs } from "./order/expiry.ts";
import type { StoreParts } from "./store-parts.ts";

/** At most this many rows are changed by one chore, so that no client waits long. */
const choreLimit = 500;

/** One step of a chore. Belongs in a transaction. It returns whether more is left. */
export type Chore = () => boolean;

/** The chores, in the order in which they are done. Each can be done without the others. */
export function listChores(parts: StoreParts, retentionMs: number): readonly Chore[] {
  const { clock, waiting, schedules, deliveries } = parts;
  return [
    () => nothingLeft(waiting.goOnShifting()),
    () => nothingLeft(deliveries.shift.goOn()),
    () => nothingLeft(expireJobs(parts, choreLimit)),
    () => nothingLeft(waiting.promote(choreLimit)),
    // Setting the clock forward must not shorten the retention.
    () => purgeJobs(parts, clock.now() - retentionMs - clock.setForwardMs(retentionMs)),
    () => schedules.due.make(parts, choreLimit),
    () => nothingLeft(cancelInBatches(parts, choreLimit)),
    () => nothingLeft(settleDependants(parts, choreLimit)),
  ];
}

/** Why a transaction failed. */
export interface Failure {
  readonly error: unknown;
}

/**
 * Does all in one transaction. If that fails, each in its own: one must not keep the others back.
 *
 * @param write makes a transaction of a change
 */
export function doChores(
  chores: readonly Chore[],
  write: (change: () => void) => Failure | null,
): { readonly failure: Failure | null; readonly mayBeMore: boolean } {
  let mayBeMore = false;
  const together = write(() => {
    for (const chore of chores) if (chore()) mayBeMore = true;
  });
  if (!together) return { failure: null, mayBeMore };
  const failures = chores.map((chore) => write(() => void chore()));
  return { failure: failures.find((each) => each !== null) ?? null, mayBeMore: false };
}

/** What is left of these shows in `hasUrgentChores` and `nextDueAt`. */
function nothingLeft(_done: unknown): boolean {
  return false;
}

/** Whether chores are left that do not wait for their time. */
export function hasUrgentChores(parts: StoreParts): boolean {
  const { dependencies, batches } = parts;
  return dependencies.mayBeUntold || batches.mayBeCancelling || isShifting(parts);
}

/** Whether pauses are still to be moved, since the clock was set. */
export function isShifting({ pauseShift, deliveries }: StoreParts): boolean {
  return pauseShift.isUnderWay || deliveries.shift.isUnderWay;
}

/** When a job has to be made ready or to expire, or a schedule is due; undefined if nothing is. */
export function nextDueAt({ waiting, expiry, schedules }: StoreParts): number | undefined {
  const all = [waiting.nextDueAt(), expiry.nextAt(), schedules.due.nextDueAt()];
  const due = all.filter((at) => at !== undefined);
  return due.length > 0 ? Math.min(...due) : undefined;
}
