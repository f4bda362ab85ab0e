/** Weight of a new measurement in the average: about the last ten count. */
const weight = 0.1;

/** How fast a worker gets through its runs, for an honest `Retry-After`. */
export class Pace {
  readonly #slots: number;
  #meanHeldMs: number | undefined;

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** Adds the time that one run held its slot. */
  record(heldMs: number): void {
    const mean = this.#meanHeldMs ?? heldMs;
    this.#meanHeldMs = mean + weight * (heldMs - mean);
  }

  /** Whole seconds, at least 1, until this many runs will have started. */
  secondsFor(waiting: number): number {
    const ms = (waiting * (this.#meanHeldMs ?? 0)) / this.#slots;
    return Math.max(1, Math.ceil(ms / 1000));
  }
}
