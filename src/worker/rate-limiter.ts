/** The worker's end of the rate limit: it asks the primary, which counts for all workers. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { Channel } from "../channel/channel.ts";
import { countingSide, type Quota, quotaSide } from "../channel/clients.ts";
import type { Envelope, SendEnvelope } from "../channel/envelope.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Rate } from "../config/rate.ts";
import type { RateLimiter } from "../http/rate-limit.ts";
import type { Telemetry } from "../telemetry/events.ts";
import { onEnvelope, sendToPrimary } from "./primary-link.ts";

/** @returns null without `--rate-limit` */
export function openRateLimiter(
  { rateLimit }: Pick<Config, "rateLimit">,
  telemetry: Telemetry,
): PrimaryRateLimiter | null {
  if (!rateLimit) return null;
  const clock = systemClock;
  const limiter = new PrimaryRateLimiter({
    rate: rateLimit,
    send: sendToPrimary,
    clock,
    telemetry,
  });
  onEnvelope("clients", (envelope) => limiter.take(envelope));
  return limiter;
}

/** So long a request waits for the primary. Then it goes on uncounted. */
const longestWaitMs = 1000;

/** From so many on, those whose time is over are looked for. */
const manyRefused = 1000;

/**
 * So many refused clients are remembered, about 100 bytes each. With one more all are forgotten, and the
 * primary is asked again: it still counts.
 */
const mostRefused = 100_000;

export interface PrimaryRateLimiterOptions {
  readonly rate: Rate;
  readonly send: SendEnvelope;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly mostRefused?: number;
}

export class PrimaryRateLimiter implements RateLimiter {
  readonly rate: Rate;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #channel: Channel<typeof countingSide, typeof quotaSide>;
  /** Until when each client is refused without asking: its requests then cost no message. */
  readonly #refusedUntil = new Map<string, number>();
  readonly #mostRefused: number;
  #sweepAt = manyRefused;

  /** What the primary sends goes to `take`. */
  constructor(options: PrimaryRateLimiterOptions) {
    const { rate, send, clock, telemetry } = options;
    this.#mostRefused = options.mostRefused ?? mostRefused;
    this.rate = rate;
    this.#clock = clock;
    this.#telemetry = telemetry;
    const [mine, theirs] = [countingSide, quotaSide];
    this.#channel = new Channel({ service: "clients", mine, theirs, send, calls: {}, notes: {} });
  }

  take(envelope: Envelope): void {
    this.#channel.take(envelope);
  }

  count(client: string): Promise<Quota | undefined> | Quota {
    const resetMs = (this.#refusedUntil.get(client) ?? 0) - this.#clock.now();
    return resetMs > 0 ? { isWithin: false, left: 0, resetMs } : this.#ask(client);
  }

  async #ask(client: string): Promise<Quota | undefined> {
    const late = Promise.withResolvers<undefined>();
    const callOff = this.#clock.after(longestWaitMs, () => {
      // A run may have held the event loop. What has arrived meanwhile is read in this turn.
      void nextTurn().then(() => late.resolve(undefined));
    });
    const asked = this.#channel.call("count", { client }).catch(() => undefined);
    const quota = await Promise.race([asked, late.promise]);
    callOff();
    if (!quota) this.#telemetry.emit("client.uncounted", { waitedMs: longestWaitMs });
    else if (!quota.isWithin) this.#refuse(client, quota.resetMs);
    return quota;
  }

  #refuse(client: string, resetMs: number): void {
    const now = this.#clock.now();
    const refused = this.#refusedUntil;
    if (refused.size >= this.#mostRefused) refused.clear();
    refused.set(client, now + resetMs);
    if (refused.size < this.#sweepAt) return;
    for (const [each, until] of refused) {
      if (until <= now) refused.delete(each);
    }
    this.#sweepAt = Math.max(manyRefused, 2 * refused.size);
  }
}
