/** What is kept of each attempt: its history. */
import type { RunLog } from "../tasks/run-log.ts";
import type { JobError } from "./job.ts";

/** How an attempt ended. `lost`: its worker ended, or the whole server. */
export const attemptOutcomes = [
  "succeeded",
  "failed",
  "lost",
  "cancelled",
  "snoozed",
  "handed-back",
] as const;

export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** What a worker tells of an attempt whose run it had started. */
export interface AttemptReport {
  /** Null, like all else, where the worker ended before it could tell. */
  readonly executor: string | null;
  /** In the worker: from its arrival to the start of its run. */
  readonly queuedMs: number | null;
  /** Null if the run went on when the attempt was given up. */
  readonly ranMs: number | null;
  readonly cpuMs: number | null;
  /** Of what the task threw, cut. */
  readonly stack?: string;
  readonly log?: RunLog;
}

/** The worker that had an attempt. */
export interface AttemptPlace {
  /** The number of the worker. */
  readonly worker: number;
  /** Null if it is not known. */
  readonly pid: number | null;
}

/** An attempt that has ended. What is not known is null: most of a lost attempt. */
export interface PastAttempt {
  /** As the job counted when it started, from 1. Two have the same number if the first does not count. */
  readonly number: number;
  /** All times are ms since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly worker: number | null;
  readonly pid: number | null;
  readonly executor: string | null;
  /** From when it could start to the start of its run. */
  readonly queuedMs: number | null;
  readonly ranMs: number | null;
  readonly cpuMs: number | null;
  readonly outcome: AttemptOutcome;
  /** Whether it counts towards `maxAttempts`. */
  readonly counts: boolean;
  readonly error: JobError | null;
  readonly stack: string | null;
  readonly log: RunLog;
}

/** How many attempts of one job are kept, the latest: a job may be snoozed any number of times. */
export const mostPastAttempts = 100;

/** A longer stack is cut. */
export const mostStackCharacters = 4000;
