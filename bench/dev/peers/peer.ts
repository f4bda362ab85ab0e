/** How jobs are submitted: one a call with 64 calls in flight, or 100 a call through four clients. */
export type Submission = "single" | "batch";

export const callsInFlight: Readonly<Record<Submission, number>> = { single: 64, batch: 4 };
export const jobsPerCall: Readonly<Record<Submission, number>> = { single: 1, batch: 100 };

/** A queue of durable jobs under test, with its store, its clients and two processes that run jobs. */
export interface Peer extends AsyncDisposable {
  readonly name: string;

  /**
   * Submits jobs that are not due yet, so that none is run meanwhile, for so long.
   *
   * @returns how many were acknowledged, a second
   */
  submits(how: Submission, durationMs: number): Promise<number>;

  /**
   * Submits so many jobs that do nothing, in batches, while they are run.
   *
   * @returns how many were done, a second, from the first submit to the end of the last
   */
  completes(count: number): Promise<number>;
}

/** Calls over and over, so many at a time, until the time is over. Returns the calls a second. */
export async function measureCallsPerSecond(
  inFlight: number,
  durationMs: number,
  call: () => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  let calls = 0;
  const caller = async () => {
    while (performance.now() - startedAt < durationMs) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return (1000 * calls) / (performance.now() - startedAt);
}

/** Submits so many jobs in batches, four at a time. */
export async function submitAll(
  count: number,
  submit: (jobs: number) => Promise<unknown>,
): Promise<void> {
  let left = count;
  const client = async () => {
    while (left > 0) {
      const jobs = Math.min(left, jobsPerCall.batch);
      left -= jobs;
      await submit(jobs);
    }
  };
  await Promise.all(Array.from({ length: callsInFlight.batch }, client));
}
