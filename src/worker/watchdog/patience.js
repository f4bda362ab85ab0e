// Plain JavaScript: see loop-board.js.

/** Least time, in ms, to check an input or write a result, whatever runs are under way. */
export const leastMs = 5000;

/**
 * @typedef {object} PatienceOptions
 * @property {number} lookMs interval of the watchdog's looks, and of the loop's signs of life
 * @property {number} runTimeoutMs longest hold by anything that is no run, if over `leastMs`
 * @property {number} hangTimeoutMs grace after the time of whoever holds the loop
 */

/**
 * Decides whether an event loop is held for too long. A run's function may hold it until the run's
 * deadline. If the holder is unknown, the latest deadline of the runs counts; without runs, the time
 * of one run. `hangTimeoutMs` comes on top. Pure: the caller passes the time.
 *
 * Only time in which the watchdog itself was awake counts. A process that was stopped (SIGSTOP, a
 * frozen container, a suspended machine) had no chance to turn its loop.
 */
export class Patience {
  #options;
  #lookedAt;
  #turnedAt = 0;
  #asleepMs = 0;

  /**
   * @param {PatienceOptions} options
   * @param {number} now time of the first look, in ms on the clock of the loop
   */
  constructor(options, now) {
    this.#options = options;
    this.#lookedAt = now;
  }

  /**
   * One look at the loop.
   *
   * @param {number} now
   * @param {number} turnedAt the loop's last sign of life; 0 before it is watched
   * @param {number} deadline of the run that holds the loop; 0 if that is unknown
   * @param {number} latestDeadline of all runs; 0 if there are none
   * @returns {number} how long the loop has not turned, in ms, if that is too long; else 0
   */
  look(now, turnedAt, deadline, latestDeadline) {
    const { lookMs, runTimeoutMs, hangTimeoutMs } = this.#options;
    // A late look means that the watchdog slept. That time does not count.
    const asleepMs = Math.max(0, now - this.#lookedAt - lookMs);
    this.#asleepMs = turnedAt === this.#turnedAt ? this.#asleepMs + asleepMs : asleepMs;
    this.#lookedAt = now;
    this.#turnedAt = turnedAt;
    if (turnedAt === 0) return 0;
    const likely = latestDeadline || turnedAt + runTimeoutMs;
    const until = deadline || Math.max(likely, turnedAt + leastMs);
    // The loop may have turned for up to `lookMs` after its last sign of life.
    const isTooLong = now - this.#asleepMs > Math.max(turnedAt, until) + hangTimeoutMs + lookMs;
    return isTooLong ? now - this.#asleepMs - turnedAt : 0;
  }
}
