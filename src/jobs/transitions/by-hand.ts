/**
 * What becomes of a job when somebody asks for it by hand. The rules are pure and the same with every
 * queue: a queue asks, and writes down what they say.
 */
import { isFinal, type JobState } from "../job.ts";
import { isOverdue } from "./expiry.ts";

/** What the rules need to know of a job. */
export interface JobByHand {
  readonly state: JobState;
  /** It is queued, and waits for the pause before a further attempt. */
  readonly isPausing: boolean;
}

/**
 * What a wish to run it again does.
 *
 * - `queue`: it has ended without a result, and is queued as if it had never run. Its history stays.
 * - `start`: it waits between two attempts, and the pause is over now.
 * - `nothing`: it is queued already, for its turn or for its planned time.
 * - `refuse`: it runs, or has its result.
 */
export function onRetry({ state, isPausing }: JobByHand): "queue" | "start" | "nothing" | "refuse" {
  if (state === "queued") return isPausing ? "start" : "nothing";
  return state === "running" || state === "succeeded" ? "refuse" : "queue";
}

/** What a wish to delete it does: a job that has ended is removed, another one is cancelled. */
export function onDelete(state: JobState): "remove" | "cancel" {
  return isFinal(state) ? "remove" : "cancel";
}

/**
 * Why its priority and its time may not be changed; null where they may. Once it runs, neither means
 * anything any more.
 *
 * @param runAt its new time; undefined where it stays
 */
export function refuseChange(
  { state, startBefore }: { readonly state: JobState; readonly startBefore: number | null },
  runAt: number | undefined,
): "state" | "start-before" | null {
  if (state !== "queued") return "state";
  return runAt !== undefined && isOverdue(startBefore, runAt) ? "start-before" : null;
}

/** What can be done with many jobs at once. */
export const bulkActions = ["cancel", "retry", "remove"] as const;

export type BulkAction = (typeof bulkActions)[number];

/** The states of the jobs that a bulk action changes. It leaves all others alone. */
export const statesOfAction: Readonly<Record<BulkAction, readonly JobState[]>> = {
  cancel: ["queued", "running"],
  retry: ["queued", "failed", "cancelled", "expired"],
  remove: ["succeeded", "failed", "cancelled", "expired"],
};
