import type { HungRun } from "../channel/supervision.ts";
import type { ExecutorName } from "../config/config.ts";
import type { Task } from "../tasks/task.ts";
import type { LaneName } from "./admission.ts";
import type { Executor, Ran } from "./executor.ts";

export interface RunRequest {
  readonly task: Task;
  /** Already checked by the task's schema. */
  readonly input: unknown;
  readonly executor: Executor;
  readonly lane: LaneName;
  /** Aborts when nobody wants the result any more: a run that still waits is dropped. */
  readonly signal: AbortSignal;
  /**
   * Ends the run itself, even while it computes, where its executor can do that. Of this run alone:
   * the listener stays on it.
   */
  readonly stop?: AbortSignal;
  /** How long this run may take, where it is not what the dispatcher allows all others. */
  readonly runTimeoutMs?: number;
  /**
   * Which attempt of which job it is. An attempt is told to have ended when its run has really
   * ended, and not at its deadline: another one of the same job must not overlap with it.
   */
  readonly attempt?: NonNullable<HungRun["attempt"]>;
  /** Takes what the task says of itself, as JSON text. */
  readonly onProgress?: (progress: string) => void;
}

/** What became of a run that ended well. */
export interface Outcome extends Ran {
  readonly executor: ExecutorName;
  /** From acceptance to the moment the run began. */
  readonly queuedMs: number;
}
