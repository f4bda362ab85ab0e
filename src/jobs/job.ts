/** A job: a run that was accepted for later. Its states, its parts, and what a client may ask for. */

/**
 * `queued -> running -> succeeded | failed | cancelled`, and `running -> queued` where it is to run
 * again. The last three are final: a job reaches exactly one of them and stays there.
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
  /** The input, which the task's schema has passed, as JSON text. */
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

/** The name that a client gave a submission (Idempotency-Key), and what tells it from another one. */
export interface JobKey {
  readonly name: string;
  /**
   * Digests of the payload in each of its forms. Two payloads are the same where one digest is the
   * same. A digest holds no space.
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
  /** The earliest time of its next start; null once it has started for the last time. */
  readonly runAt: number | null;
  /** Of the latest attempt. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Whatever the task last said, as JSON text; null before it has said anything. */
  readonly progress: string | null;
  /** True from the client's wish to its end, where a run cannot be stopped at once. */
  readonly cancelRequested: boolean;
  /** Of the latest attempt that did not succeed. */
  readonly error: JobError | null;
  readonly traceparent: string | null;
}

/** What came of one submitted job, in the order of submission. */
export type Submitted =
  /** `replayed` where the key was known: the job is the one of the first time. */
  | { readonly kind: "accepted"; readonly job: Job; readonly replayed: boolean }
  /** The key was used before with another payload. */
  | { readonly kind: "key-conflict" };

/** What became of the search for one job. */
export type Found =
  | {
      readonly kind: "found";
      readonly job: Job;
      /** JSON text. */
      readonly result: string | null;
      /** Where the one run of bytes stands in it, if it has just one (see `jsonWithBytes`). */
      readonly bytesAt?: number;
    }
  /** It existed, ended, and was removed when its time of retention was over. */
  | { readonly kind: "gone" }
  | { readonly kind: "unknown" };

export interface JobFilter {
  readonly state?: JobState;
  readonly task?: string;
  /** At most this many jobs, 1 to 1000. */
  readonly limit: number;
  /** Where the page before ended, as that page said. */
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
  /** The fencing token: what is said of this attempt with another one is passed over. */
  readonly token: number;
  readonly task: string;
  readonly input: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  /** It may end its worker, and is the only one there. */
  readonly isSuspect?: boolean;
}

/** How one attempt ended. */
export type Ended =
  /** The result as JSON text, and where the one run of bytes stands in it, if it has just one. */
  | { readonly kind: "succeeded"; readonly result: string; readonly bytesAt?: number }
  /** `retry` is false where another attempt would end the same way. */
  | { readonly kind: "failed"; readonly error: JobError; readonly retry: boolean }
  /** Stopped because the client wished so. */
  | { readonly kind: "cancelled" }
  /** Not run after all, or stopped by a drain: it goes back to its place and the attempt does not count. */
  | { readonly kind: "handed-back" };

/** Whether a run came to its own end, and was neither stopped nor handed back. */
export function isOwnEnd({ kind }: Ended): boolean {
  return kind === "succeeded" || kind === "failed";
}

/** What a worker says of an attempt when it has nothing more to say of it. */
export type Ending =
  | Ended
  /**
   * The run goes on and only the end of the worker's process ends it: then, and not before, for
   * attempts of one job must not overlap, the attempt has ended like this.
   */
  | { readonly kind: "at-exit"; readonly ended: Ended };
