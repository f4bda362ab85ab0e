/** What the server shows of jobs, beside what the client's types say. */
import type { Problem } from "../../client/problem-error.ts";
import type { JobState, ShownJob } from "../../client/shown-job.ts";

export const jobStates = [
  "queued",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "expired",
] as const satisfies readonly JobState[];

/** One job, alone. */
export interface WholeJob extends ShownJob {
  readonly input?: unknown;
  readonly paused?: boolean;
  readonly waitsFor?: number;
  readonly batch?: string;
  readonly schedule?: string;
}

/** An attempt that has ended (`GET /jobs/ID/attempts`). */
export interface ShownAttempt {
  readonly number: number;
  readonly outcome: string;
  readonly counts: boolean;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly worker: number | null;
  readonly pid: number | null;
  readonly executor: string | null;
  readonly queuedMs: number | null;
  readonly ranMs: number | null;
  readonly cpuMs: number | null;
  readonly error: (Problem & { readonly stack?: string }) | null;
  readonly log: readonly { readonly at: string; readonly text: string }[];
  readonly logDropped: number;
}

/** What is paused. */
export interface ShownPause {
  readonly all: boolean;
  readonly tasks: readonly string[];
}

/** A form tells a state as well as its name: colour alone would not. */
export const stateMarks: Readonly<Record<JobState, string>> = {
  ...{ queued: "○", running: "◐", succeeded: "●", failed: "✕", cancelled: "–", expired: "◌" },
};
