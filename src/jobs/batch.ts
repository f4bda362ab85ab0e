/** A batch is jobs that were accepted together. It has an id, and ends once, with the last of them. */
import type { JobState } from "./job.ts";
import type { JobKey, NewJob, PrerequisiteFault, QueueFull, Webhook } from "./new-job.ts";

/** A batch as it is submitted. The prerequisites of its jobs make no cycle. */
export interface NewBatch {
  /** They have no keys of their own. `index` of a prerequisite is a place in this list. */
  readonly jobs: readonly NewJob[];
  /** Told once, when the batch ends. */
  readonly onEnd: Webhook | null;
  readonly key: JobKey | null;
}

/** A batch as it stands. */
export interface Batch {
  readonly id: string;
  /** Grows with every change of how many jobs have ended. */
  readonly version: number;
  readonly total: number;
  /** How many of its jobs are in each state. Jobs that were removed count as they ended. */
  readonly states: Readonly<Record<JobState, number>>;
  /** ms since 1970. */
  readonly createdAt: number;
  /** When the last job ended, for the first time; null before that. */
  readonly finishedAt: number | null;
  /** Somebody is told of its end (`onEnd`). */
  readonly hasWebhook: boolean;
}

/** The answer to a submitted batch: all its jobs are accepted, or none. */
export type SubmittedBatch =
  | {
      readonly kind: "accepted";
      readonly batch: Batch;
      /** The ids of its jobs, in the order of the submission. */
      readonly jobs: readonly string[];
      /** The key was known, and this is the batch of the first submission. */
      readonly replayed: boolean;
    }
  | { readonly kind: "key-conflict" }
  /** The `startBefore` of the jobs at these places is over, and the key of the batch is new. */
  | { readonly kind: "too-late"; readonly places: readonly number[] }
  | { readonly kind: "no-prerequisite"; readonly faults: readonly BatchFault[] }
  | QueueFull;

/** A prerequisite that is not there, of the job at this place. */
export interface BatchFault extends PrerequisiteFault {
  readonly job: number;
}

export type FoundBatch =
  | { readonly kind: "found"; readonly batch: Batch }
  /** Its last job was removed. */
  | { readonly kind: "gone" }
  | { readonly kind: "unknown" };

/** Which page of batches. */
export interface BatchListing {
  /** At most this many, 1 to 1000. */
  readonly limit: number;
  /** The cursor of the page before. */
  readonly cursor?: string;
}

/** Newest first. */
export interface BatchPage {
  readonly batches: readonly Batch[];
  /** Null where this page is the last. */
  readonly cursor: string | null;
}

/**
 * The batches of a queue, as a worker sees them. One contract suite (test/contracts/batches.ts) tests
 * every implementation.
 *
 * Every method throws AppError `queue-unavailable` (503) if the store cannot be written or reached.
 */
export interface Batches {
  /** Accepts all jobs, or none. They are on disk when it resolves. */
  submit(batch: NewBatch): Promise<SubmittedBatch>;

  find(id: string): Promise<FoundBatch>;

  /** @throws AppError `invalid-input` for a cursor that this queue did not give */
  list(listing: BatchListing): Promise<BatchPage>;

  /**
   * Cancels every job of the batch that has not ended; those of a large batch one after the other. A
   * job that runs ends when its run does.
   *
   * @returns the batch as it is after the first of them
   */
  cancel(id: string): Promise<FoundBatch>;

  /**
   * Reports a batch now and when more of its jobs have ended, until it has ended or the watch is called
   * off. Quick changes may be reported as one. The end is always reported.
   *
   * @returns calls the watch off
   */
  watch(id: string, onChange: (found: FoundBatch) => void): () => void;
}
