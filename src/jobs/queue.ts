import type { Assignment, Ending, Found, JobFilter, JobPage, NewJob, Submitted } from "./job.ts";
import type { QueueStats } from "./stats.ts";

/**
 * The durable store of jobs, as a worker sees it. One contract suite (test/contracts/queue.ts) tests
 * every implementation. Whoever opened a queue closes it.
 *
 * Every method throws AppError `queue-unavailable` (503) if the store cannot be written or reached.
 * What was accepted before stays accepted.
 */
export interface JobQueue {
  /**
   * Accepts all jobs of one call together. They are on disk when it resolves.
   *
   * @returns one answer a job, in the same order
   */
  submit(jobs: readonly NewJob[]): Promise<readonly Submitted[]>;

  /** @param withResult whether the result is wanted too, which may be large */
  find(id: string, withResult?: boolean): Promise<Found>;

  /** @throws AppError `invalid-input` for a cursor that this queue did not give */
  list(filter: JobFilter): Promise<JobPage>;

  /**
   * Ends a queued job at once. Asks a running one to stop: it ends when its run does, which may not
   * be at once if the run cannot be stopped. A job that has ended stays as it is.
   *
   * @returns the job as it is after that
   */
  cancel(id: string): Promise<Found>;

  /**
   * Reports a job now and at each change, until it is final or the watch is called off. Quick changes
   * may be reported as one. The final state is always reported.
   *
   * @returns calls the watch off
   */
  watch(id: string, onChange: (found: Found) => void): () => void;

  /** Offers to run jobs. At most once a worker. */
  consume(consumer: JobConsumer): Consumption;

  /** Figures of the whole queue, the same for every worker. */
  stats(): Promise<QueueStats>;
}

/** What the queue asks of the worker that runs its jobs. */
export interface JobConsumer {
  /**
   * Runs one attempt, and never rejects.
   *
   * @param signal aborts when the client cancels the job
   * @param onProgress takes the progress that the task reports, as JSON text
   */
  run(
    assignment: Assignment,
    signal: AbortSignal,
    onProgress: (progress: string) => void,
  ): Promise<Ending>;
}

export interface Consumption {
  /** How many more jobs the worker could start at once; 0 until it is first told. */
  offer(room: number): void;

  /** Takes no more jobs. Resolves when those under way have ended and that is on disk. */
  stop(): Promise<void>;
}
