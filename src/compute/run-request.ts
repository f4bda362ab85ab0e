import type { HungRun } from "../channel/supervision.ts";
import type { ExecutorName } from "../config/config.ts";
import type { StopSignal } from "../stop.ts";
import type { RunListener } from "../tasks/context.ts";
import type { Task } from "../tasks/task.ts";
import type { LaneName } from "./admission.ts";
import type { Executor, Ran } from "./executor.ts";
import type { StartMark } from "./start-mark.ts";

export interface RunRequest {
  readonly task: Task;
  /** Checked by the task's schema. */
  readonly input: unknown;
  readonly executor: Executor;
  readonly lane: LaneName;
  /** Aborts when nobody wants the result any more. A run that still waits is dropped. */
  readonly signal: StopSignal;
  /**
   * Ends the run even while it computes, if its executor can. Each run needs its own: the listener
   * stays on it.
   */
  readonly stop?: StopSignal;
  /** The deadline of this run, if it differs from the dispatcher's. */
  readonly runTimeoutMs?: number;
  /**
   * The attempt of a job. An attempt is reported as ended when its run has really ended, and not at
   * its deadline: the next attempt of the job must not overlap with it.
   */
  readonly attempt?: NonNullable<HungRun["attempt"]>;
  /** Which attempt of its job that is, from 1. */
  readonly attemptNumber?: number;
  /** Called just before the run starts; not if it starts in a thread, which writes `startMark`. */
  readonly onStart?: () => void;
  readonly startMark?: StartMark | undefined;
  /** Hears what the task says by its context. */
  readonly listener?: RunListener;
  /**
   * With it another worker may carry out the run, if it has to wait here. Left out for bytes, and for
   * jobs.
   */
  readonly sent?: SentInput | undefined;
  /** For a run that another worker has lent. That one counts it. */
  readonly borrowed?: BorrowedRun;
  /** Who waits for a live run: clients take turns. Asked only if it has to wait. */
  readonly client?: (() => string) | undefined;
  /** Written to at the start of the run and at its end, however it ends. */
  readonly account?: RunAccount;
}

/** An input as the client sent it, as JSON. */
export interface SentInput {
  readonly input: unknown;
  /** The length of its text, roughly. */
  readonly bytes: number;
  /** Whether its client may send it again as it likes: the method is safe (RFC 9110, section 9.2.1). */
  readonly mayRepeat: boolean;
}

/** What is to be known of a run that another worker has lent. */
export interface BorrowedRun {
  /** How long it has waited already. */
  readonly waitedMs: number;
  /** What its spans are part of (W3C Trace Context); null for nothing. */
  readonly traceparent: string | null;
}

/** What a run has cost so far. */
export interface RunAccount {
  /** From acceptance to the start of the run; null before. */
  queuedMs: number | null;
  /** From its start to its end. If it failed, this includes the way to its thread and back. */
  ranMs: number | null;
  /** Null if it is not known. */
  cpuMs: number | null;
}

/** The outcome of a run that ended well. */
export interface Outcome extends Ran {
  readonly executor: ExecutorName;
  /** From acceptance to the start of the run. */
  readonly queuedMs: number;
  /** The worker that carried it out, if it was another one. */
  readonly ranIn?: RunPlace;
}

/** Where a run was carried out. */
export interface RunPlace {
  readonly worker: number;
  readonly pid: number;
}
