/** How jobs are submitted: one a call with 64 calls in flight, or 100 a call by four clients. */
export type Submission = "single" | "batch";

export const callsInFlight: Readonly<Record<Submission, number>> = { single: 64, batch: 4 };
export const jobsPerCall: Readonly<Record<Submission, number>> = { single: 1, batch: 100 };

/** A queue of durable jobs under test: its store, its clients, and two processes that run jobs. */
export interface Peer extends AsyncDisposable {
  readonly name: string;

  /**
   * Submits jobs for this long. They are not due yet, so none runs meanwhile.
   *
   * @returns acknowledged jobs a second
   */
  submits(how: Submission, durationMs: number): Promise<number>;

  /**
   * Submits this many jobs in batches, while they are run.
   *
   * @param spinMs how long each computes; by default they do nothing
   * @returns jobs done a second, from the first submit to the end of the last job
   */
  completes(count: number, spinMs?: number): Promise<number>;
}

/** Keeps this many calls in flight until the time is up. Returns the calls a second. */
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

/** Submits this many jobs in batches, four at a time. */
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
