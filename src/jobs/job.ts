/** A job is a run that was accepted for later: its states, its parts, and what a client may ask. */

/**
 * `queued -> running -> succeeded | failed | cancelled`, and `running -> queued` if it is to run again.
 * The last three are final: a job reaches exactly one of them and stays there.
 */
export const jobStates = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

export type JobState = (typeof jobStates)[number];

export function isFinal(state: JobState): boolean {
  return state === "succeeded" || state === "failed" || state === "cancelled";
}

/** A job as it is submitted: checked, with every default filled in. */
export interface NewJob {
  /** The name of a task that exists. */
  readonly task: string;
  /** The input as JSON text. The task's schema has accepted it. */
  readonly input: string;
  /** Higher goes first: -1000 to 1000. */
  readonly priority: number;
  /** Not to be started before this time (ms since 1970); null for at once. */
  readonly runAt: number | null;
  /** How many attempts may count, at least 1. */
  readonly maxAttempts: number;
  /** How long each attempt may take, from its start. */
  readonly timeoutMs: number;
  /** The pause before the second attempt; it doubles from attempt to attempt (see retry.ts). */
  readonly backoffMs: number;
  /** The W3C trace context that it was submitted with. */
  readonly traceparent: string | null;
  readonly key: JobKey | null;
}

/** The name that a client gave a submission (Idempotency-Key), and digests of its payload. */
export interface JobKey {
  readonly name: string;
  /**
   * A digest of each form of the payload. Two payloads are the same if they share a digest. A digest
   * contains no space.
   */
  readonly fingerprints: readonly [string, ...string[]];
}

/** Why an attempt did not succeed: a problem type of errors.ts and its detail. */
export interface JobError {
  readonly type: string;
  readonly detail: string;
}

/** A job as it stands, without its input and its result, which may be large. */
export interface Job {
  readonly id: string;
  readonly task: string;
  readonly state: JobState;
  /** Grows by at least one with every change that a client can see, progress included. */
  readonly version: number;
  readonly priority: number;
  /** How many attempts count: not those that were handed back, or lost beside other jobs. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  /** All times are ms since 1970. */
  readonly createdAt: number;
  /** The earliest time of its next start; null while it runs, and after its end. */
  readonly runAt: number | null;
  /** Of the latest attempt. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** The latest progress that the task reported, as JSON text; null before the first report. */
  readonly progress: string | null;
  /** A client asked to cancel it while it was running. */
  readonly cancelRequested: boolean;
  /** Of the latest attempt that did not succeed. */
  readonly error: JobError | null;
  readonly traceparent: string | null;
}

/** The answer to one submitted job. */
export type Submitted =
  /** `replayed`: the key was known, and this is the job of the first submission. */
  | { readonly kind: "accepted"; readonly job: Job; readonly replayed: boolean }
  /** The key was used before with another payload. */
  | { readonly kind: "key-conflict" };

/** The answer to a search for one job. */
export type Found =
  | {
      readonly kind: "found";
      readonly job: Job;
      /** JSON text. */
      readonly result: string | null;
      /** Where the bytes stand in it, if it has exactly one run of them (see `jsonWithBytes`). */
      readonly bytesAt?: number;
    }
  /** It ended, and was removed when its retention was over. */
  | { readonly kind: "gone" }
  | { readonly kind: "unknown" };

export interface JobFilter {
  readonly state?: JobState;
  readonly task?: string;
  /** At most this many jobs, 1 to 1000. */
  readonly limit: number;
  /** The cursor of the page before. */
  readonly cursor?: string;
}

/** Newest first. A page may hold fewer jobs than asked for and still not be the last. */
export interface JobPage {
  readonly jobs: readonly Job[];
  /** Null where this page is the last. */
  readonly cursor: string | null;
}

/** A job that was handed to a worker to be run. */
export interface Assignment {
  readonly id: string;
  /** The fencing token. A message about this attempt with another token is ignored. */
  readonly token: number;
  readonly task: string;
  readonly input: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  /** It may end its worker, and runs there alone. */
  readonly isSuspect?: boolean;
}

/** How one attempt ended. */
export type Ended =
  /** The result as JSON text. `bytesAt`: see `Found`. */
  | { readonly kind: "succeeded"; readonly result: string; readonly bytesAt?: number }
  /** `retry` is false if another attempt would end the same way. */
  | { readonly kind: "failed"; readonly error: JobError; readonly retry: boolean }
  /** Stopped because its client cancelled the job. */
  | { readonly kind: "cancelled" }
  /** Not run, or stopped by a drain. The job keeps its turn, and the attempt does not count. */
  | { readonly kind: "handed-back" };

/** Whether a run ended by itself, and was neither stopped nor handed back. */
export function isOwnEnd({ kind }: Ended): boolean {
  return kind === "succeeded" || kind === "failed";
}

/** The last message of a worker about an attempt. */
export type Ending =
  | Ended
  /**
   * The run goes on, and only the end of the process ends it. The attempt has ended like this then,
   * and not before: attempts of one job must not overlap.
   */
  | { readonly kind: "at-exit"; readonly ended: Ended };
