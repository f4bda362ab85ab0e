/** A jump by this much is a step: somebody, or a time server, has set the clock. */
const stepMs = 1000;

/** How often it was set forward that is kept: the oldest is forgotten beyond that. */
const mostSteps = 100;

/**
 * The wall clock, as a queue can use it that waits by it: a step is not seen before `accept`, so
 * that what is due can be moved along with it. What lasts is measured by `steady`.
 */
export class WallClock {
  readonly #wall: () => number;
  readonly #steady: () => number;
  /** What wall-clock time is ahead of steady time. */
  #ahead: number;
  #forward: { readonly at: number; readonly ms: number }[] = [];

  /**
   * @param wall whole milliseconds since 1970
   * @param steady milliseconds, monotonic, from an arbitrary start
   */
  constructor(wall: () => number = Date.now, steady: () => number = () => performance.now()) {
    this.#wall = wall;
    this.#steady = steady;
    this.#ahead = wall() - steady();
  }

  /** Whole milliseconds since 1970. A step that was not accepted yet is left out. */
  now(): number {
    const wall = this.#wall();
    const even = this.#steady() + this.#ahead;
    return Math.abs(wall - even) < stepMs ? wall : Math.floor(even);
  }

  /** Milliseconds, monotonic: for what lasts within this process. */
  steady(): number {
    return this.#steady();
  }

  /** By how much the clock was set since the last look, in whole milliseconds; 0 where it was not. */
  look(): number {
    const jump = this.#wall() - this.#steady() - this.#ahead;
    if (Math.abs(jump) >= stepMs) return Math.round(jump);
    this.#ahead += jump; // The two drift apart by parts of a second in a day.
    return 0;
  }

  /** From now on the time is what the system says, after a step by so much. */
  accept(step: number): void {
    this.#ahead += step;
    if (step > 0) {
      this.#forward = [...this.#forward.slice(1 - mostSteps), { at: this.steady(), ms: step }];
    }
  }

  /** By how much it was set forward within the last milliseconds. */
  setForwardMs(withinMs: number): number {
    const since = this.steady() - withinMs;
    return this.#forward.reduce((sum, { at, ms }) => (at > since ? sum + ms : sum), 0);
  }
}
