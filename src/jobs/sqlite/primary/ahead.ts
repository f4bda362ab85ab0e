/** The span over which ends are counted. */
const windowMs = 10;

/** At most so many jobs are claimed ahead. */
const most = 64;

/**
 * How many jobs to claim before a worker has room for them: as many as ended within the last 10 ms.
 * Between short runs, the way to the file and back would leave workers idle. With long runs no job
 * waits outside the file.
 */
export class Ahead {
  #windowAt = 0;
  #before = 0;
  #within = 0;

  ended(now: number): void {
    this.#turn(now);
    this.#within++;
  }

  wanted(now: number): number {
    this.#turn(now);
    return Math.min(most, Math.max(this.#before, this.#within));
  }

  #turn(now: number): void {
    if (now < this.#windowAt + windowMs) return;
    this.#before = now < this.#windowAt + 2 * windowMs ? this.#within : 0;
    this.#within = 0;
    this.#windowAt = now;
  }
}
