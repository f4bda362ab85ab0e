/**
 * What a run can say while it computes, and what it hears. Its functions may be taken out of it.
 */
export interface RunContext<Resources = undefined> {
  /** What the task's `setup` returned in this thread or worker; undefined if it has none. */
  readonly resources: Resources;

  /**
   * Aborts when the run is to stop: its job is cancelled, its deadline has passed, its client has gone,
   * or the server stops. Its `reason` is an error: throw it on. For asynchronous code in the executors
   * `inline` and `libuv`, which nothing else stops. In a thread it never aborts: there the thread is
   * ended.
   */
  readonly signal: AbortSignal;

  /** Which attempt of its job it is, from 1. In a run that is no job it is 1. */
  readonly attempt: number;

  /**
   * Reports how far a job's run has come, as any JSON of up to 10,000 characters. Clients see it in
   * the job and its events, at most about ten times a second. It is cheap to call often. For a run
   * that is no job it does nothing.
   *
   * @throws TypeError for a value that is not JSON, RangeError for one that is too long
   */
  progress(value: unknown): void;

  /**
   * Keeps any JSON of up to 100,000 characters with the job, for its next attempt, which finds it as
   * `lastCheckpoint`. The value is written as JSON at once, and then goes to the disk: ten values at
   * once and ten a second; of more the latest. If the attempt ends without success, its last value is
   * kept for certain. For a run that is no job it does nothing.
   *
   * @throws TypeError for a value that is not JSON, RangeError for one that is too long
   */
  checkpoint(value: unknown): void;

  /**
   * The checkpoint of an earlier attempt of this job. Undefined if there is none: in the first
   * attempt, and in a run that is no job.
   */
  readonly lastCheckpoint: unknown;

  /**
   * Adds a line to the log of the run. The last 20 lines of up to 500 characters are kept with the
   * attempt of a job. Those of another run go to the server's log when it has ended. It is cheap to
   * call often, and never throws.
   */
  log(text: string): void;
}
