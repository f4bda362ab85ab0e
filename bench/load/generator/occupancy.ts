import type { LittleFigures } from "../result.ts";

/**
 * The measured time, on the clock of `performance.now()`. Both ends are infinite until the load
 * begins. A stopped run moves the end forward.
 */
export interface Window {
  startAt: number;
  endAt: number;
}

/**
 * Integrates the number of requests in the system over the measured time. Beside it, it counts
 * those that left and sums how long they stayed. The two sides of Little's law come from different
 * sums, so a lost or doubly counted request shows.
 */
export class Occupancy {
  readonly #window: Window;
  #inSystem = 0;
  #integratedTo = 0;
  #area = 0;
  #departures = 0;
  #staySum = 0;

  constructor(window: Window) {
    this.#window = window;
  }

  get inSystem(): number {
    return this.#inSystem;
  }

  /** A request that was due at `at` is noticed now. It has been in the system since `at`. */
  enter(at: number, now: number): void {
    this.#integrate(now);
    this.#area += this.#measured(at, now);
    this.#inSystem += 1;
  }

  leave(enteredAt: number, now: number): void {
    this.#integrate(now);
    this.#inSystem -= 1;
    if (now < this.#window.startAt || now >= this.#window.endAt) return;
    this.#departures += 1;
    this.#staySum += now - enteredAt;
  }

  /** Called at the end of the window or after it. */
  figures(): LittleFigures {
    this.#integrate(this.#window.endAt);
    const spanMs = this.#window.endAt - this.#window.startAt;
    return {
      meanInSystem: spanMs > 0 ? this.#area / spanMs : 0,
      departuresPerSecond: spanMs > 0 ? (this.#departures / spanMs) * 1_000 : 0,
      meanTimeInSystemMs: this.#departures > 0 ? this.#staySum / this.#departures : 0,
    };
  }

  #integrate(now: number): void {
    if (now <= this.#integratedTo) return;
    this.#area += this.#inSystem * this.#measured(this.#integratedTo, now);
    this.#integratedTo = now;
  }

  /** How much of the time from `from` to `to` is measured time. */
  #measured(from: number, to: number): number {
    const { startAt, endAt } = this.#window;
    return Math.max(0, Math.min(to, endAt) - Math.max(from, startAt));
  }
}
