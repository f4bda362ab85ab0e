import type { Clock } from "../../../clock.ts";
import type { DeliverySource, DeliveryVerdict, DueDelivery, SentWebhook } from "../../delivery.ts";

/** How many are under way at the same time: altogether, and to one host. */
const [mostUnderWay, mostPerHost] = [20, 4];

/** When to look again while what is due waits for a busy host, or the queue did not answer. */
const waitingMs = 250;
/** Longest time without a look. */
const longestPauseMs = 60_000;
/** What is under way at a stop has this time to end. Then it is for the next start. */
const stopMs = 1000;

export interface SenderOptions {
  readonly source: DeliverySource;
  /** Makes one attempt. It never rejects, and resolves with undefined if `stop` broke it off. */
  readonly post: (delivery: DueDelivery, stop: AbortSignal) => Promise<SentWebhook | undefined>;
  readonly clock: Clock;
  /** No further attempt is made. */
  readonly onGivenUp: (delivery: DueDelivery, verdict: DeliveryVerdict, sent: SentWebhook) => void;
}

/** Sends what is due, a few at a time, so that no slow host keeps the others waiting. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #underWay = new Map<DueDelivery, Promise<void>>();
  readonly #stop = new AbortController();
  #isStopped = false;
  #isClaiming = false;
  /** Resolves when it does not claim any more. */
  #claimed: Promise<void> | undefined;
  /** Something came while it was claiming. */
  #isNews = false;
  #callOff = () => {};

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** What an earlier sender had under way is sent again: nobody knows whether it has arrived. */
  async start(): Promise<void> {
    try {
      await this.#options.source.release();
      this.look();
    } catch {
      if (this.#isStopped) return;
      this.#callOff = this.#options.clock.after(waitingMs, () => void this.start());
    }
  }

  /** Something may be due. */
  look(): void {
    this.#isNews = true;
    if (!this.#isClaiming) this.#claimed = this.#claim();
  }

  /** Resolves when nothing is under way, and that is on disk. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOff();
    const callOff = this.#options.clock.after(stopMs, () => this.#stop.abort());
    await Promise.all([this.#claimed, ...this.#underWay.values()]);
    callOff();
  }

  async #claim(): Promise<void> {
    this.#isClaiming = true;
    let pauseMs: number | null = null;
    while (this.#isNews && !this.#isStopped && this.#room > 0) {
      this.#isNews = false;
      pauseMs = await this.#take();
    }
    this.#isClaiming = false;
    if (this.#isStopped || pauseMs === null) return;
    this.#callOff();
    this.#callOff = this.#options.clock.after(pauseMs, () => this.look());
  }

  get #room(): number {
    return mostUnderWay - this.#underWay.size;
  }

  /** @returns the pause until the next look; null where only news end it */
  async #take(): Promise<number | null> {
    const { source } = this.#options;
    const request = { limit: this.#room, mostPerHost, busy: this.#busy() };
    const claimed = await source.claim(request).catch(() => null);
    if (claimed === null) return waitingMs;
    if (this.#isStopped) {
      await Promise.all(claimed.due.map((each) => this.#giveBack(each)));
      return null;
    }
    for (const delivery of claimed.due) {
      this.#underWay.set(delivery, this.#send(delivery));
    }
    const { nextInMs, isPartial } = claimed;
    if (isPartial) this.#isNews = true;
    if (nextInMs === null) return null;
    return nextInMs <= 0 ? waitingMs : Math.min(nextInMs, longestPauseMs);
  }

  #busy(): Record<string, number> {
    const busy = new Map<string, number>();
    for (const { host } of this.#underWay.keys()) busy.set(host, (busy.get(host) ?? 0) + 1);
    return Object.fromEntries(busy);
  }

  async #send(delivery: DueDelivery): Promise<void> {
    const sent = await this.#options.post(delivery, this.#stop.signal);
    if (sent) await this.#report(delivery, sent);
    else await this.#giveBack(delivery);
    this.#underWay.delete(delivery);
    if (!this.#isStopped) this.look();
  }

  async #report(delivery: DueDelivery, sent: SentWebhook): Promise<void> {
    const { source, onGivenUp } = this.#options;
    try {
      const verdict = await source.report(delivery.claim, sent);
      if (verdict.state === "failed") onGivenUp(delivery, verdict, sent);
    } catch {
      // It could not be written down. It counts as not sent when its claim is over.
    }
  }

  /** It was not sent, and does not count. */
  async #giveBack({ claim }: DueDelivery): Promise<void> {
    await this.#options.source.giveBack(claim).catch(() => {}); // Then its claim ends by itself.
  }
}
