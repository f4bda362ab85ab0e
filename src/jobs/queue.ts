import type { Assignment, Ending, Found, JobFilter, JobPage, NewJob, Submitted } from "./job.ts";
import type { QueueStats } from "./stats.ts";

/**
 * The durable store of jobs, as a worker sees it. One contract suite (test/contracts/queue.ts) holds
 * every implementation to what is written here. Whoever opened a queue closes it.
 *
 * Every method throws AppError `queue-unavailable` (503) where the store cannot be written or
 * reached; what was accepted before stays accepted.
 */
export interface JobQueue {
  /**
   * Accepts jobs, all of one call together: when it resolves, they are on disk.
   *
   * @returns one answer a job, in the same order
   */
  submit(jobs: readonly NewJob[]): Promise<readonly Submitted[]>;

  /** @param withResult whether the result is wanted too, which may be large */
  find(id: string, withResult?: boolean): Promise<Found>;

  /** @throws AppError `invalid-input` for a cursor that this queue did not give */
  list(filter: JobFilter): Promise<JobPage>;

  /**
   * Ends a queued job at once; asks for the end of a running one, which comes when its run has been
   * stopped, or has ended by itself where it cannot be stopped. A job that has ended stays as it is.
   *
   * @returns the job as it is then
   */
  cancel(id: string): Promise<Found>;

  /**
   * Tells of a job now and at each change, until it is final or the watch is called off. Changes in
   * quick succession may be told as one; the final state is always told.
   *
   * @returns calls the watch off
   */
  watch(id: string, onChange: (found: Found) => void): () => void;

  /** Offers to run jobs. At most once a worker. */
  consume(consumer: JobConsumer): Consumption;

  /** Counts, ages and times of the whole queue, whichever worker asks. */
  stats(): Promise<QueueStats>;
}

/** What the queue asks of the worker that runs its jobs. */
export interface JobConsumer {
  /**
   * Runs one attempt, and never rejects.
   *
   * @param signal aborts when the attempt is to be stopped: its client cancelled the job
   * @param onProgress takes what the task says of itself, as JSON text
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

  /** Takes no more jobs; resolves when those under way have ended and that is on disk. */
  stop(): Promise<void>;
}
