/** A job is a run that was accepted for later: its states, its parts, and how it is found. */

/**
 * `queued -> running -> succeeded | failed | cancelled`, `running -> queued` if it is to run again,
 * and `queued -> cancelled | expired`. The last four are final: a job reaches exactly one of them.
 */
export const jobStates = [
  "queued",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "expired",
] as const;

export type JobState = (typeof jobStates)[number];

export const finalStates = ["succeeded", "failed", "cancelled", "expired"] as const;

export type FinalState = (typeof finalStates)[number];

export function isFinal(state: JobState): state is FinalState {
  return state !== "queued" && state !== "running";
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
  readonly tags: readonly string[];
  /** The key of its group. */
  readonly group: string | null;
  readonly startBefore: number | null;
  /** How many jobs must end before it may start. */
  readonly waitsFor: number;
  /** The id of its batch. */
  readonly batch: string | null;
  /** The name of the schedule that made it. */
  readonly schedule: string | null;
  /** The time that its schedule made it for. */
  readonly scheduledFor: number | null;
  /** Somebody is told of its end (`onEnd`). */
  readonly hasWebhook: boolean;
}

/** The answer to a search for one job. */
export type Found =
  | {
      readonly kind: "found";
      readonly job: Job;
      /** JSON text. */
      readonly result: string | null;
      /** Where the bytes stand in it, if it has exactly one run of them (see `jsonWithBytes`). */
      readonly bytesAt?: number;
      /** The result is bytes: `result` says what they are, and `readBody` reads them. */
      readonly hasBody?: true;
      /** It is queued, and its task is paused. */
      readonly isPaused?: boolean;
    }
  /** It ended, and was removed: by a client, or when its retention was over. */
  | { readonly kind: "gone" }
  | { readonly kind: "unknown" };

/** Which jobs: those that are all of this. */
export interface JobFilter {
  /** In one of these. */
  readonly states?: readonly JobState[];
  readonly task?: string;
  readonly tag?: string;
  /** The key of its group. */
  readonly group?: string;
  /** The id of its batch. */
  readonly batch?: string;
  /** The name of the schedule that made it. */
  readonly schedule?: string;
  /** Created at this time (ms since 1970) or later. */
  readonly createdAfter?: number;
  /** Created earlier than this. */
  readonly createdBefore?: number;
}

/** Which page of which jobs. */
export interface JobListing extends JobFilter {
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
