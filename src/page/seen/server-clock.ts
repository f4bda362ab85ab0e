/** So many of the last messages count. One comes each second. */
const kept = 60;

/** No message is on its way for so long: a clock was set. */
const longestWayMs = 10_000;

/**
 * The clock of the server, as the page knows it. Each message says when it was written. The one that
 * was on its way for the shortest time tells most closely how far the two clocks are apart.
 */
export class ServerClock {
  /** By how much the page's clock was ahead, each with the time of its message on its way. */
  readonly #aheadMs: number[] = [];
  #leastMs = 0;

  /**
   * @param at when the server wrote it, by its clock
   * @param now when it came, by the page's clock
   */
  hear(at: number, now: number): void {
    if (now - at > this.#leastMs + longestWayMs) this.reset();
    this.#aheadMs.push(now - at);
    if (this.#aheadMs.length > kept) this.#aheadMs.shift();
    this.#leastMs = Math.min(...this.#aheadMs);
  }

  /** Another server may be on another machine. */
  reset(): void {
    this.#aheadMs.length = 0;
  }

  /** The server's time at a time of the page. */
  at(now: number): number {
    return now - this.#leastMs;
  }
}
