import type { ExecutorName } from "../config/config.ts";
import type { Task } from "../tasks/task.ts";

/** What an executor says of a run that ended well. */
export interface Ran {
  /** What the task returned; a `WrittenOutput` where that came from a thread. */
  readonly result: unknown;
  /** Wall-clock time of the run alone, without queueing and without the way to a thread and back. */
  readonly ranMs: number;
  /** CPU time of the run's thread; null where it cannot be told from other work. */
  readonly cpuMs: number | null;
  /** The Piscina thread's id; null where the run did not have one. */
  readonly thread: number | null;
}

/** What the caller of an executor hears of a run before its end. */
export interface RunEvents {
  /** Called just before the run starts, or is handed to its thread. Throwing cancels the run. */
  onStart(): void;
  /**
   * The task's function has returned or thrown. From its start until then this run alone held the
   * event loop. Executors with `sharesLoop` call this, and no others.
   *
   * @param isPending whether it returned a promise, so that the run goes on
   */
  onReturn?(isPending: boolean): void;
  /** Takes the run's progress, as JSON text; left out where nobody wants it. */
  readonly onProgress?: ((progress: string) => void) | undefined;
  /** Whether anybody looks at the run's `cpuMs`; true where it is left out. Nobody does, of a job. */
  readonly isCpuAsked?: boolean;
}

/** How a worker carries out runs. One contract suite holds every implementation to this. */
export interface Executor {
  readonly name: ExecutorName;
  /** Whether an abort ends a run that has started. */
  readonly canInterrupt: boolean;
  /** Whether a run may hold the event loop. */
  readonly sharesLoop: boolean;

  /** Why this task with this input cannot run here; undefined where it can. */
  refusal(task: Task, input: unknown): string | undefined;

  /**
   * Carries out one run. The input has been checked by the task's schema.
   *
   * An abort before the start means that the run never starts. One after the start ends the run
   * where the executor can (`canInterrupt`), or the wait for it (`inline`, where the run is
   * asynchronous and its event loop is free); elsewhere, and without an abort, the promise settles
   * when the work has really ended. A thread in native code ends with that.
   *
   * @throws AppError `task-failed` (the task threw), `run-crashed` (it took its thread down), or
   *   the signal's reason
   */
  run(task: Task, input: unknown, signal: AbortSignal, events: RunEvents): Promise<Ran>;

  /** Ends what the executor owns. Runs that are under way are lost. */
  close(): Promise<void>;
}
