/** A jump of this size is a step: a person or a time server has set the clock. */
const stepMs = 1000;

/** At most this many steps forward are remembered. The oldest is forgotten. */
const mostSteps = 100;

/**
 * The wall clock of the queue. A step of the system's clock shows only after `accept`, so the queue
 * can first move what is due by the same step. Durations are measured by `steady`.
 */
export class WallClock {
  readonly #wall: () => number;
  readonly #steady: () => number;
  /** Wall-clock time minus steady time. */
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

  /** Milliseconds, monotonic: for durations within this process. */
  steady(): number {
    return this.#steady();
  }

  /** By how many whole milliseconds the clock was set since the last look; 0 if it was not. */
  look(): number {
    const jump = this.#wall() - this.#steady() - this.#ahead;
    if (Math.abs(jump) >= stepMs) return Math.round(jump);
    this.#ahead += jump; // The two drift apart by parts of a second in a day.
    return 0;
  }

  /** From now on the time is the system's, after a step of this size. */
  accept(step: number): void {
    this.#ahead += step;
    if (step > 0) {
      this.#forward = [...this.#forward.slice(1 - mostSteps), { at: this.steady(), ms: step }];
    }
  }

  /** By how much the clock was set forward within the last `withinMs`. */
  setForwardMs(withinMs: number): number {
    const since = this.steady() - withinMs;
    return this.#forward.reduce((sum, { at, ms }) => (at > since ? sum + ms : sum), 0);
  }
}
