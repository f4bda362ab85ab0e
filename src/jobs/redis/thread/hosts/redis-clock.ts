import type { Client } from "../../connections.ts";
import type { Clock } from "../parts.ts";

/** How often the difference of the two clocks is measured, and by how many questions. */
const measureMs = 30_000;
const probes = 5;

/** A clock that is behind by more than this was set back: its host did, or another Redis has taken over. */
const setBackMs = 2000;

/** Redis' time, which all hosts share: their own clocks may differ. */
export class RedisClock implements Clock {
  readonly #client: Client;
  /** Redis' time minus steady time. */
  #ahead = Date.now() - performance.now();
  #last = 0;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async open(client: Client): Promise<RedisClock> {
    const clock = new RedisClock(client);
    await clock.measure();
    const timer = setInterval(() => void clock.measure().catch(() => {}), measureMs).unref();
    client.once("end", () => clearInterval(timer));
    return clock;
  }

  /** Not less than before: a measurement may set it back a little. */
  now(): number {
    this.#last = Math.max(this.#last, Math.floor(performance.now() + this.#ahead));
    return this.#last;
  }

  steady(): number {
    return performance.now();
  }

  /** The quickest answer is the most exact one. */
  async measure(): Promise<void> {
    let best = Number.POSITIVE_INFINITY;
    for (let probe = 0; probe < probes; probe++) {
      const before = performance.now();
      const [seconds, micros] = (await this.#client.time()).map(Number);
      const after = performance.now();
      if (after - before >= best) continue;
      best = after - before;
      const now = (seconds ?? 0) * 1000 + (micros ?? 0) / 1000;
      this.#ahead = now - (before + after) / 2;
    }
    // Else this time would stand still until Redis' clock is there again.
    if (performance.now() + this.#ahead < this.#last - setBackMs) this.#last = 0;
  }
}
