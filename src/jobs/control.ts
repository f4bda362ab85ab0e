import type { Found, JobFilter } from "./job.ts";
import type { BulkAction } from "./transitions/by-hand.ts";

/**
 * What people and programs can do with jobs that are there, as a worker sees it. One contract suite
 * (test/contracts/job-control.ts) tests every implementation.
 *
 * Every method throws AppError `queue-unavailable` (503) if the store cannot be written or reached.
 * With `expected`, a method throws AppError `precondition-failed` (412), and changes nothing, if the
 * job has none of these versions any more. That is decided in the write itself.
 */
export interface JobControl {
  /**
   * Ends a queued job at once. Asks a running one to stop: it ends when its run does, which may not
   * be at once if the run cannot be stopped. A job that has ended stays as it is.
   *
   * @returns the job as it is after that
   */
  cancel(id: string, expected?: ExpectedVersions): Promise<Found>;

  /** Runs a job again that has ended without a result, or ends its pause between two attempts. */
  retry(id: string, expected?: ExpectedVersions): Promise<Changed>;

  /** Removes a job that has ended, with everything that belongs to it. Cancels another one. */
  remove(id: string, expected?: ExpectedVersions): Promise<Removal>;

  /** Changes a job that is queued. */
  change(id: string, change: JobChange, expected?: ExpectedVersions): Promise<Changed>;

  /**
   * Does the same to every job that a filter selects, newest first; at most this many a call.
   *
   * @throws AppError `invalid-input` for a cursor that this queue did not give
   */
  changeMany(action: BulkAction, selection: Selection): Promise<ManyChanged>;

  /**
   * Starts no more jobs of a task; of all tasks for null. Jobs that run go on. It lasts until it is
   * ended, also across restarts. To end the pause of all tasks ends that of each task, too.
   */
  setPaused(task: string | null, isPaused: boolean): Promise<Paused>;

  paused(): Promise<Paused>;
}

/** The versions of a job (job.ts) that a change may find. */
export type ExpectedVersions = readonly number[];

/** The new values; what is undefined stays as it is. */
export interface JobChange {
  readonly priority?: number;
  /** ms since 1970; null for at once. */
  readonly runAt?: number | null;
}

export interface Changed {
  /** The job as it is after that. */
  readonly found: Found;
  /** Why nothing was changed; null where it was, or where nothing had to be. */
  readonly refusal: Refusal | null;
}

/**
 * - `state`: the rules do not allow it in this state (transitions/by-hand.ts).
 * - `unique`: another job has its unique key now.
 * - `start-before`: it would start later than its `startBefore`.
 */
export type Refusal = "state" | "unique" | "start-before";

export type Removal = { readonly kind: "removed" } | Found;

/** Which jobs to change, and how many of them in one call. */
export interface Selection extends JobFilter {
  /** 1 to 1000. */
  readonly limit: number;
  /** Where the call before ended. */
  readonly cursor?: string;
}

export interface ManyChanged {
  readonly changed: number;
  /** For the next call; null if no job is left that the filter selects. */
  readonly cursor: string | null;
}

export interface Paused {
  readonly all: boolean;
  /** The tasks that are paused on their own, by name. */
  readonly tasks: readonly string[];
}

/** Whether jobs of a task are not to be started. */
export function isTaskPaused({ all, tasks }: Paused, task: string): boolean {
  return all || tasks.includes(task);
}
