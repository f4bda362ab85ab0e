import type { Config } from "../config/config.ts";

/** What an operator can do to a server that runs: by a signal, by control, or by `manycore ctl`. */
export interface Operations {
  /**
   * Reads the configuration and the task modules again, and replaces the workers, one after the other.
   * A reload that comes during another one starts over; both end with it.
   *
   * @returns how long it took, when the last old worker has drained
   * @throws AppError `reload-failed`: the old workers go on
   */
  reload(): Promise<{ readonly tookMs: number }>;

  /**
   * One worker more, or one less.
   *
   * @returns how many there are to be
   * @throws AppError `invalid-input` where there would be none, or too many
   */
  changeWorkers(by: 1 | -1): { readonly workers: number };

  /** Of the primary and of every worker, those that come included. */
  setLogLevel(level: Config["logLevel"]): void;

  /**
   * Pauses or resumes the jobs of all tasks, or of one.
   *
   * @throws AppError `jobs-off`; `not-found` for a pause of a task that there is not. What was paused
   *   can be resumed, even if the server does not have the task any more
   */
  setPaused(paused: boolean, task: string | undefined): Promise<void>;
}
