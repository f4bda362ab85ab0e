import type { Problem } from "./problem-error.ts";

export type JobState = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "expired";

/** A job as the server shows it. Times are RFC 3339. */
export interface ShownJob {
  readonly id: string;
  readonly task: string;
  readonly state: JobState;
  /** Whether the state is final. */
  readonly done: boolean;
  readonly priority: number;
  /** How many attempts count so far. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly createdAt: string;
  readonly runAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly cancelRequested: boolean;
  /** What the task reported last; null if nothing. */
  readonly progress: unknown;
  readonly tags?: readonly string[];
  readonly group?: string;
  /** Why it ended without a result. */
  readonly error?: Problem;
  /** Why its last attempt failed, while another one is to come. */
  readonly lastError?: Problem;
}

/** What may be said of a job when it is submitted: see docs/jobs.md. */
export interface SubmitOptions {
  /** -1000 to 1000; higher goes first. */
  readonly priority?: number;
  /** The earliest start. */
  readonly runAt?: Date | string;
  /** If it has not started by then, it expires. */
  readonly startBefore?: Date | string;
  readonly maxAttempts?: number;
  /** The pause before the second attempt; it doubles. */
  readonly backoffMs?: number;
  readonly timeoutMs?: number;
  readonly tags?: readonly string[];
  /** Jobs of different groups share the slots evenly. */
  readonly group?: string | { readonly key: string; readonly concurrency?: number };
  /** One job with this key at a time. */
  readonly unique?: {
    readonly key: string;
    readonly while?: "queued" | "unfinished";
    readonly onConflict?: "return" | "replace" | "refuse";
  };
  /** Ids of jobs that must end first. */
  readonly after?: readonly string[];
  readonly onFailure?: "cancel" | "run";
  /** Whom to tell of its end; only where the server has `--webhooks`. */
  readonly onEnd?: { readonly url: string };
  /**
   * Makes the submission safe to repeat: the same key is the same job. If left out, the client makes
   * one, so that a submission whose connection breaks is not doubled.
   */
  readonly idempotencyKey?: string;
  /** Ends the submission, not the job. */
  readonly signal?: AbortSignal;
}
