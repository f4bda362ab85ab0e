import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";
import type { Quota } from "../../channel/clients.ts";
import type { Clock } from "../../clock.ts";
import type { Rate } from "../../config/rate.ts";

/** Each client that is counted takes about 400 bytes until its window ends. */
const mostClients = 100_000;

/** Those who come when so many clients are counted already share one quota. It is no address. */
const everyoneElse = "";

/** Counts the requests of each client, in a window that its first request begins, and bounds them. */
export class RequestCounts {
  readonly #limiter: RateLimiterAbstract;
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #most: number;
  /** The windows that began in this period, as long as a window is, and in the one before it. */
  #began = 0;
  #beganBefore = 0;
  #periodEndsAt: number;

  /**
   * @param limiter has the counts
   * @param most clients that this server counts
   */
  constructor(
    { windowMs }: Pick<Rate, "windowMs">,
    clock: Clock,
    limiter: RateLimiterAbstract,
    most = mostClients,
  ) {
    this.#limiter = limiter;
    this.#windowMs = windowMs;
    this.#clock = clock;
    this.#most = most;
    this.#periodEndsAt = clock.now() + windowMs;
  }

  async count(client: string): Promise<Quota> {
    this.#movePeriod();
    const isFull = this.#began + this.#beganBefore >= this.#most;
    const isCounted = !isFull || (await this.#limiter.get(client)) !== null;
    const counted = await this.#consume(isCounted ? client : everyoneElse);
    if (counted.isFirstInDuration) this.#began++;
    return {
      isWithin: counted.consumedPoints <= this.#limiter.points,
      left: counted.remainingPoints,
      resetMs: this.#within(counted.msBeforeNext),
    };
  }

  /** It rejects with the same figures when a client is past its limit. */
  #consume(client: string): Promise<RateLimiterRes> {
    return this.#limiter.consume(client).catch((refusal: unknown) => {
      if (refusal instanceof RateLimiterRes) return refusal;
      throw refusal;
    });
  }

  /** The limiter reckons with the wall clock, which may be set. */
  #within(ms: number): number {
    return Math.min(this.#windowMs, Math.max(0, Math.ceil(ms)));
  }

  #movePeriod(): void {
    const now = this.#clock.now();
    if (now < this.#periodEndsAt) return;
    const isNext = now < this.#periodEndsAt + this.#windowMs;
    this.#beganBefore = isNext ? this.#began : 0;
    this.#began = 0;
    this.#periodEndsAt = now + this.#windowMs;
  }
}
