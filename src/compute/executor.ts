import type { Worker as Thread } from "node:worker_threads";
import type { ExecutorName } from "../config/config.ts";
import type { StopSignal } from "../stop.ts";
import type { RunListener } from "../tasks/context.ts";
import type { Task } from "../tasks/task.ts";
import type { TraceSpan } from "../telemetry/tracing/trace-span.ts";
import type { StartMark } from "./start-mark.ts";

/** The result of a run that ended well, and what it cost. */
export interface Ran {
  /** What the task returned; a `WrittenOutput` if it came from a thread. */
  readonly result: unknown;
  /** Wall-clock time of the run alone: no queueing, no way to a thread and back. */
  readonly ranMs: number;
  /**
   * CPU time of the run's thread; null where it cannot be told from other work, or was not asked
   * for.
   */
  readonly cpuMs: number | null;
  /** The Piscina thread's id; null if the run had none. */
  readonly thread: number | null;
}

/** What the caller of an executor hears of a run before its end. */
export interface RunEvents {
  /** Called before `onStart` if the run has to wait for a thread that boots. */
  onWait?(): void;
  /** Called just before the run starts, or is handed to its thread. Throwing cancels the run. */
  onStart(): void;
  /**
   * The task's function has returned or thrown. From its start until then this run alone held the
   * event loop. Executors with `sharesLoop` call this, and no others.
   *
   * @param isPending whether it returned a promise, so that the run goes on
   */
  onReturn?(isPending: boolean): void;
  /** Written by the run's thread just before the run; by executors without `sharesLoop`. */
  readonly startMark?: StartMark | undefined;
  /** Hears what the task says by its context; left out if nobody wants it. */
  readonly listener?: RunListener | undefined;
  /** Which attempt of its job it is; 1 if left out. */
  readonly attempt?: number | undefined;
  /**
   * What the task finds as `context.signal`, on the event loop. Read only if the task looks: most
   * never do. The executor itself gets its own signal.
   */
  readonly signal?: AbortSignal | undefined;
  /** Whether the caller wants `cpuMs` of a short run, too (default: true). For a job it does not. */
  readonly isCpuAsked?: boolean;
  /** The span of the run, from `onStart` on. Its context is active while the task computes. */
  readonly span?: TraceSpan | undefined;
}

/** How a worker carries out runs. One contract suite holds every implementation to this. */
export interface Executor {
  readonly name: ExecutorName;
  /** Whether an abort ends a run that has started. */
  readonly canInterrupt: boolean;
  /** Whether a run may hold the event loop. */
  readonly sharesLoop: boolean;

  /** Those that compute for it now; left out if it has none of its own. */
  readonly threads?: readonly Thread[];

  /** Why this task cannot run here with this input; undefined if it can. */
  refusal(task: Task, input: unknown): string | undefined;

  /**
   * Carries out one run. The task's schema has checked the input.
   *
   * An abort before the start cancels the run. After the start it ends the run if the executor can
   * do that (`canInterrupt`). `inline` ends the wait for an asynchronous run. In all other cases
   * the promise settles when the work has really ended. An interrupted thread in native code ends
   * only when that code returns.
   *
   * @throws AppError `task-failed` (the task threw), `run-crashed` (it ended its thread), or the
   *   signal's reason
   */
  run(task: Task, input: unknown, signal: StopSignal, events: RunEvents): Promise<Ran>;

  /**
   * Ends what the executor owns. Runs under way are lost.
   *
   * @param withinMs how long the teardown of tasks on its own threads may take; none if left out
   */
  close(withinMs?: number): Promise<void>;
}
