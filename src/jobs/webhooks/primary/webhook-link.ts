import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Logger } from "pino";
import { Channel } from "../../../channel/channel.ts";
import { followThread } from "../../../channel/follow-thread.ts";
import { systemClock } from "../../../clock.ts";
import type { DeliverySource } from "../../delivery.ts";
import { type SenderSide, type SourceSide, senderSide, sourceSide } from "../contract.ts";
import type { WebhookSettings } from "../thread/webhook-thread.ts";

/** The pause before a thread that has ended is started again. */
const restartMs = 1000;

/** Longest wait for the thread at a stop. What it has under way gets a second. */
const longestStopMs = 2000;

/** The primary's handle on the thread that sends webhooks. The primary itself sends none. */
export class WebhookLink {
  readonly #settings: WebhookSettings;
  readonly #source: DeliverySource;
  readonly #log: Logger;
  #thread!: Worker;
  #channel!: Channel<SourceSide, SenderSide>;
  #isClosing = false;
  #callOffRestart = () => {};

  constructor(settings: WebhookSettings, source: DeliverySource, log: Logger) {
    this.#settings = settings;
    this.#source = source;
    this.#log = log;
    this.#start();
  }

  /** There are new deliveries. */
  due(): void {
    this.#channel.note("due", {});
  }

  /** Resolves when no webhook is under way any more. The queue must still be open. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#callOffRestart();
    const { promise: overdue, resolve } = Promise.withResolvers<void>();
    const callOff = systemClock.after(longestStopMs, resolve);
    await Promise.race([this.#channel.call("stop", {}).catch(() => {}), overdue]);
    callOff();
    await this.#thread.terminate();
  }

  #start(): void {
    const file = new URL(`../thread/webhook-thread${extname(import.meta.url)}`, import.meta.url);
    const thread = new Worker(file, { workerData: this.#settings, name: "webhooks" });
    const channel = this.#openChannel(thread);
    this.#thread = thread;
    this.#channel = channel;
    followThread(
      thread,
      (envelope) => channel.take(envelope),
      (reason) => this.#ended(channel, reason),
    );
  }

  #openChannel(thread: Worker): Channel<SourceSide, SenderSide> {
    const source = this.#source;
    return new Channel({
      service: "webhooks",
      mine: sourceSide,
      theirs: senderSide,
      send: (envelope) => thread.postMessage(envelope),
      calls: {
        claim: ({ request }) => source.claim(request),
        report: ({ claim, sent }) => source.report(claim, sent),
        "give-back": async ({ claim }) => {
          await source.giveBack(claim);
          return null;
        },
        release: async () => {
          await source.release();
          return null;
        },
      },
      notes: {
        "given-up": ({ subject, host, tries, reason }) =>
          this.#log.warn(
            { job: subject, host, tries },
            `a webhook did not arrive, and is not sent again by itself: ${reason}`,
          ),
      },
    });
  }

  /** By its own fault, or at the close. */
  #ended(channel: Channel<SourceSide, SenderSide>, reason: string): void {
    channel.close(new Error(`The thread that sends webhooks has ended: ${reason}`));
    if (this.#isClosing) return;
    this.#log.error({ reason }, "the thread that sends webhooks has ended, and is started again");
    this.#callOffRestart = systemClock.after(restartMs, () => this.#start());
  }
}
