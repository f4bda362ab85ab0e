/** At most this many jobs wait in a worker, for each of its slots. */
const mostWaiting = 64;

/** At most this much work waits in a worker, for each of its slots. */
const longestWaitMs = 10;

/** After a worker has handed back what waited in it, nothing waits there for this long. */
const pauseMs = 1000;

/**
 * How much may wait in one worker. A job waits there only while runs are so short that a way to the
 * primary and back would cost more than a run.
 */
export class WaitingRoom {
  /** What the runs of short jobs are likely to take, by attempt. */
  readonly #expectedMs = new Map<string, number>();
  #sumMs = 0;
  #isClosed = false;
  #closedUntil = Number.NEGATIVE_INFINITY;

  /** Short jobs that are with the worker, running or not. */
  get shortJobs(): number {
    return this.#expectedMs.size;
  }

  /** @param slots through which short jobs pass: those without a long run */
  letsIn(expectedMs: number, slots: number, now: number): boolean {
    if (this.#isClosed || slots <= 0 || now < this.#closedUntil) return false;
    const isFull = this.shortJobs >= slots * (1 + mostWaiting);
    return !isFull && this.#sumMs + expectedMs <= slots * longestWaitMs;
  }

  add(key: string, expectedMs: number): void {
    this.#expectedMs.set(key, expectedMs);
    this.#sumMs += expectedMs;
  }

  remove(key: string): void {
    this.#sumMs -= this.#expectedMs.get(key) ?? 0;
    this.#expectedMs.delete(key);
    if (this.#expectedMs.size === 0) this.#sumMs = 0; // Sums of fractions drift.
  }

  closeForAWhile(now: number): void {
    this.#closedUntil = now + pauseMs;
  }

  close(): void {
    this.#isClosed = true;
  }
}
