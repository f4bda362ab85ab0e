/** How many messages a run may send at once; after that, one each `everyMs`. */
const most = 10;
const everyMs = 100;

/**
 * Limits what a run sends while it computes: ten messages at once, then ten a second. So a run that
 * seldom sends is heard at once, and one that sends in each turn of a loop holds nobody up.
 */
export class Allowance {
  #left = most;
  #at = 0;

  /**
   * @param now in ms, monotonic
   * @returns whether a message may be sent now
   */
  take(now: number): boolean {
    const gained = Math.floor((now - this.#at) / everyMs);
    if (gained > 0) {
      this.#left = Math.min(most, this.#left + gained);
      this.#at = now;
    }
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}

/** Sends a value at once if the allowance lets it; else soon, if the event loop is free, or at the end. */
export class Sender {
  readonly #send: () => void;
  readonly #now: () => number;
  readonly #allowance = new Allowance();
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param send sends the latest value */
  constructor(send: () => void, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  /** There is a new value. */
  offer(): void {
    this.#isDue = true;
    if (this.#allowance.take(this.#now())) this.finish();
    else this.#timer ??= setTimeout(() => this.finish(), everyMs).unref();
  }

  /** Sends the latest value, unless it was sent. */
  finish(): void {
    if (this.#isDue) this.#send();
    this.drop();
  }

  /** Nobody needs the value any more. */
  drop(): void {
    this.#isDue = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
