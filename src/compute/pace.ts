/** How much a new measurement moves the average: the last ten or so count. */
const weight = 0.1;

/** The measured rate at which a worker gets through its runs, for honest `Retry-After` answers. */
export class Pace {
  readonly #slots: number;
  #meanHeldMs: number | undefined;

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** Tells how long one run held its slot. */
  record(heldMs: number): void {
    const mean = this.#meanHeldMs ?? heldMs;
    this.#meanHeldMs = mean + weight * (heldMs - mean);
  }

  /** Whole seconds, at least 1, until `waiting` runs will have been taken up. */
  secondsFor(waiting: number): number {
    const ms = (waiting * (this.#meanHeldMs ?? 0)) / this.#slots;
    return Math.max(1, Math.ceil(ms / 1000));
  }
}
