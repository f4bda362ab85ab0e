/** The span over which ends are counted. */
const windowMs = 50;

/** At most this many jobs for each worker are claimed ahead. */
const mostPerWorker = 64;

/**
 * How many jobs to claim before a worker has a free slot for them: as many brief runs as ended within
 * the last 50 ms. Between brief runs, the way to the store and back would leave workers idle. With
 * long runs no job waits outside the store.
 */
export class Ahead {
  readonly #workers: () => number;
  #windowAt = 0;
  #before = 0;
  #within = 0;

  /** @param workers how many the server is to have now */
  constructor(workers: () => number) {
    this.#workers = workers;
  }

  /** A brief run has ended. */
  ended(now: number): void {
    this.#turn(now);
    this.#within++;
  }

  wanted(now: number): number {
    this.#turn(now);
    return Math.min(mostPerWorker * this.#workers(), Math.max(this.#before, this.#within));
  }

  #turn(now: number): void {
    if (now < this.#windowAt + windowMs) return;
    this.#before = now < this.#windowAt + 2 * windowMs ? this.#within : 0;
    this.#within = 0;
    this.#windowAt = now;
  }
}
