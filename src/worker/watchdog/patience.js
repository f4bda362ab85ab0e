// Plain JavaScript: see loop-board.js.

/** The check of an input and the writing of a result get so long, whatever runs are under way. */
export const leastMs = 5000;

/**
 * @typedef {object} PatienceOptions
 * @property {number} lookMs how often the watchdog looks, and how often the loop says that it turns
 * @property {number} runTimeoutMs how long the loop may be held by what is no run, where it is over `leastMs`
 * @property {number} hangTimeoutMs how long past its time it may be held
 */

/**
 * How long an event loop may be held: by a run's function until the run's deadline. Where nobody
 * knows who holds it, until the latest deadline of the runs that may, or for the time of a run where
 * there are none. And for the grace of `hangTimeoutMs` after that. Pure: it is told the time.
 *
 * Only time in which the watchdog itself was awake counts. A process that was stopped (SIGSTOP, a
 * frozen container, a suspended machine) has had no chance to turn its loop.
 */
export class Patience {
  #options;
  #lookedAt;
  #turnedAt = 0;
  #asleepMs = 0;

  /**
   * @param {PatienceOptions} options
   * @param {number} now the first look, ms on the clock of the loop
   */
  constructor(options, now) {
    this.#options = options;
    this.#lookedAt = now;
  }

  /**
   * One look at the loop.
   *
   * @param {number} now
   * @param {number} turnedAt when the loop last said that it turns; 0 before it is watched
   * @param {number} deadline of who is known to hold it; 0 where nobody is
   * @param {number} latestDeadline of the runs that may hold it; 0 where there is none
   * @returns {number} for how long it has not turned, ms, where that is too long; else 0
   */
  look(now, turnedAt, deadline, latestDeadline) {
    const { lookMs, runTimeoutMs, hangTimeoutMs } = this.#options;
    // One look counts for no more than this, however late it is.
    const asleepMs = Math.max(0, now - this.#lookedAt - lookMs);
    this.#asleepMs = turnedAt === this.#turnedAt ? this.#asleepMs + asleepMs : asleepMs;
    this.#lookedAt = now;
    this.#turnedAt = turnedAt;
    if (turnedAt === 0) return 0;
    const likely = latestDeadline || turnedAt + runTimeoutMs;
    const until = deadline || Math.max(likely, turnedAt + leastMs);
    // The loop may have turned for a while after it last said so.
    const isTooLong = now - this.#asleepMs > Math.max(turnedAt, until) + hangTimeoutMs + lookMs;
    return isTooLong ? now - this.#asleepMs - turnedAt : 0;
  }
}
