/** What a client may submit, and what answers it. */
import type { Job, JobState } from "./job.ts";

/** A job as it is submitted: checked, with every default filled in. */
export interface NewJob {
  /** The name of a task that exists. */
  readonly task: string;
  /** The input as JSON text. The task's schema has accepted it. */
  readonly input: string;
  /** The bytes of the input, if it has any: `input` says what they are. */
  readonly body: Uint8Array | null;
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
  readonly tags: readonly string[];
  readonly group: JobGroup | null;
  /** If it has not started by then (ms since 1970), it expires. */
  readonly startBefore: number | null;
  readonly unique: UniqueKey | null;
  /** It does not start before these jobs have ended. */
  readonly after: readonly Prerequisite[];
  /** What becomes of it if one of them does not succeed. */
  readonly onFailure: "cancel" | "run";
  readonly onEnd: Webhook | null;
  /** What made it, if not a client. */
  readonly schedule: ScheduleMark | null;
}

/** The values of the parts of a new job that nobody asked for. */
export const plainParts = {
  body: null,
  traceparent: null,
  key: null,
  tags: [],
  group: null,
  startBefore: null,
  unique: null,
  after: [],
  onFailure: "cancel",
  onEnd: null,
  schedule: null,
} as const satisfies Partial<NewJob>;

/** Jobs that share a part of the slots. */
export interface JobGroup {
  readonly key: string;
  /** At most this many jobs of the group run at the same time; null for no limit. */
  readonly concurrency: number | null;
}

/** No second job of the task has the same key meanwhile. */
export interface UniqueKey {
  readonly key: string;
  /** The job holds the key until its first start, or until its end. */
  readonly while: "queued" | "unfinished";
  readonly onConflict: "return" | "replace" | "refuse";
}

/** A job that must end first: an earlier one, or one of the same submission by its place there. */
export type Prerequisite = { readonly id: string } | { readonly index: number };

/** Whom to tell of an end. */
export interface Webhook {
  readonly url: string;
}

/** The schedule that made a job, and the time that it was made for; null for one that was run by hand. */
export interface ScheduleMark {
  readonly name: string;
  readonly scheduledFor: number | null;
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

/** What became of a submission whose unique key another job held. */
export type UniqueConflict = "returned" | "replaced";

/** The answer to one submitted job. */
export type Submitted =
  /** `replayed`: the key was known, and this is the job of the first submission. */
  | {
      readonly kind: "accepted";
      readonly job: Job;
      readonly replayed: boolean;
      /** Left out unless another job held the unique key: `job` is that one. */
      readonly conflict?: UniqueConflict;
    }
  /** Another job holds the unique key. */
  | { readonly kind: "unique-conflict"; readonly id: string; readonly state: JobState }
  /** The key was used before with another payload. */
  | { readonly kind: "key-conflict" }
  /** Its `startBefore` is over, and its key is new. Jobs without a key are refused by the worker. */
  | { readonly kind: "too-late" }
  /** It was to run after jobs that are not there. */
  | { readonly kind: "no-prerequisite"; readonly faults: readonly PrerequisiteFault[] }
  | QueueFull;

/** As many jobs wait as may (`--max-queued`). */
export interface QueueFull {
  readonly kind: "queue-full";
  /** How many jobs wait. */
  readonly queued: number;
  /** How many may. */
  readonly most: number;
  /** Until there is likely room, at the rate of late. */
  readonly retryAfterSeconds: number;
}

/** A prerequisite that is not there: its place in `after`, and whether it was removed. */
export interface PrerequisiteFault {
  readonly place: number;
  readonly why: "unknown" | "gone";
}
