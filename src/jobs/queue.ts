import type { Envelope, SendEnvelope } from "../channel/envelope.ts";
import type { StartMark } from "../compute/start-mark.ts";
import type { StopSignal } from "../stop.ts";
import type { Assignment, Ending } from "./assignment.ts";
import type { PastAttempt } from "./attempt.ts";
import type { Batches } from "./batch.ts";
import type { JobControl } from "./control.ts";
import type { Deliveries } from "./delivery.ts";
import type { Found, JobListing, JobPage } from "./job.ts";
import type { NewJob, Submitted } from "./new-job.ts";
import type { Schedules } from "./schedules/schedule.ts";
import type { QueueStats } from "./stats.ts";

/**
 * The durable store of jobs, as a worker sees it. The contract suites in test/contracts/ test every
 * implementation. Whoever opened a queue closes it.
 *
 * Every method of its parts throws AppError `queue-unavailable` (503) if the store cannot be written
 * or reached. What was accepted before stays accepted.
 */
export interface JobQueue {
  readonly jobs: Jobs;

  /** What is done by hand with jobs that are there. */
  readonly control: JobControl;

  /** Jobs that were submitted together. */
  readonly batches: Batches;

  /** What makes jobs at planned times. */
  readonly schedules: Schedules;

  /** Webhooks on their way. */
  readonly deliveries: Deliveries;

  /** Whether the store can be reached, as far as is known. */
  readonly isReachable: boolean;

  /** Offers to run jobs. At most once a worker. */
  consume(consumer: JobConsumer): Consumption;
}

/** A queue whose other side is in the primary, and to which messages from there go. */
export interface ClientQueue extends JobQueue {
  take(envelope: Envelope): void;
}

/** What control loads of a queue. Its end there submits nothing and consumes nothing. */
export interface ClientModule {
  /** @param send sends to the primary; what the primary sends goes to `take` */
  openClient(send: SendEnvelope): ClientQueue;
}

/** Jobs: accepted, found and watched. */
export interface Jobs {
  /**
   * Accepts all jobs of one call together. They are on disk when it resolves.
   *
   * @returns one answer a job, in the same order
   */
  submit(jobs: readonly NewJob[]): Promise<readonly Submitted[]>;

  /** @param withResult whether the result is wanted too, which may be large */
  find(id: string, withResult?: boolean): Promise<Found>;

  /** The input as JSON text; null where there is no such job. */
  readInput(id: string): Promise<string | null>;

  /**
   * The bytes of an input or a result, in a buffer of their own; null where there are none. A worker
   * that runs the job reads them with this, too.
   */
  readBody(id: string, of: BodyOf): Promise<Uint8Array | null>;

  /** The attempts of a job that have ended, the oldest first; at most the latest 100. */
  attempts(id: string): Promise<FoundAttempts>;

  /** @throws AppError `invalid-input` for a cursor that this queue did not give */
  list(listing: JobListing): Promise<JobPage>;

  /**
   * Reports a job now and at each change, until it is final or the watch is called off. Quick changes
   * may be reported as one. The final state is always reported.
   *
   * @returns calls the watch off
   */
  watch(id: string, onChange: (found: Found) => void): () => void;

  /** Figures of the whole queue, the same for every worker. */
  stats(): Promise<QueueStats>;
}

export type BodyOf = "input" | "result";

/** The answer to a search for the attempts of one job. */
export type FoundAttempts =
  | { readonly kind: "found"; readonly attempts: readonly PastAttempt[] }
  | { readonly kind: "gone" | "unknown" };

/** What the queue asks of the worker that runs its jobs. */
export interface JobConsumer {
  /**
   * How many jobs of a task may run at once, in all workers together. A task without a limit is not
   * named. What the worker says that began to run jobs last counts for all of them.
   */
  readonly limits?: Readonly<Record<string, number>>;

  /**
   * Runs one attempt, and never rejects.
   *
   * @param signal aborts when the client cancels the job
   */
  run(assignment: Assignment, signal: StopSignal, listener: AttemptListener): Promise<Ending>;
}

/** Hears of an attempt. Texts are JSON. */
export interface AttemptListener {
  /** Is called just before the run starts; not if it starts in a thread, which writes `startMark`. */
  readonly onStart: () => void;
  readonly startMark?: StartMark;
  readonly onProgress: (progress: string) => void;
  /** To be kept for the next attempt. */
  readonly onCheckpoint: (checkpoint: string) => void;
}

export interface Consumption {
  /** How many more jobs the worker could start at once; 0 until it is first told. */
  offer(room: number): void;

  /** Takes no more jobs. Resolves when those under way have ended and that is on disk. */
  stop(): Promise<void>;
}
