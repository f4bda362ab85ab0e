import type { HungRun } from "../channel/supervision.ts";
import type { ExecutorName } from "../config/config.ts";
import type { Task } from "../tasks/task.ts";
import type { LaneName } from "./admission.ts";
import type { Executor, Ran } from "./executor.ts";

export interface RunRequest {
  readonly task: Task;
  /** Checked by the task's schema. */
  readonly input: unknown;
  readonly executor: Executor;
  readonly lane: LaneName;
  /** Aborts when nobody wants the result any more. A run that still waits is dropped. */
  readonly signal: AbortSignal;
  /**
   * Ends the run even while it computes, if its executor can. Each run needs its own: the listener
   * stays on it.
   */
  readonly stop?: AbortSignal;
  /** The deadline of this run, if it differs from the dispatcher's. */
  readonly runTimeoutMs?: number;
  /**
   * The attempt of a job. An attempt is reported as ended when its run has really ended, and not at
   * its deadline: the next attempt of the job must not overlap with it.
   */
  readonly attempt?: NonNullable<HungRun["attempt"]>;
  /** Takes the run's progress, as JSON text. */
  readonly onProgress?: (progress: string) => void;
}

/** The outcome of a run that ended well. */
export interface Outcome extends Ran {
  readonly executor: ExecutorName;
  /** From acceptance to the start of the run. */
  readonly queuedMs: number;
}
