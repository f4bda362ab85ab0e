import { deserialize, serialize } from "node:v8";
import { pino } from "pino";
import type { Envelope } from "../../src/channel/envelope.ts";
import { type Life, nextLife } from "../../src/channel/life.ts";
import { fromWire, toWire } from "../../src/channel/wire.ts";
import { QueueHost } from "../../src/jobs/primary/host.ts";
import type { StoreModule } from "../../src/jobs/primary/store-module.ts";
import { StartMarks } from "../../src/jobs/starts.ts";
import type { WebhookSettings } from "../../src/jobs/webhooks/thread/webhook-thread.ts";
import { QueueOverChannel } from "../../src/jobs/worker/client.ts";

/** A queue whose host and workers are in one process, with a wire between. */
export class HostedQueue implements AsyncDisposable {
  readonly host: QueueHost;
  readonly #onClosed: () => void | Promise<void>;
  readonly #marks: StartMarks[] = [];
  #lastLife: Life | undefined;

  /** @param onClosed removes the store */
  constructor(host: QueueHost, onClosed: () => void | Promise<void>) {
    this.host = host;
    this.#onClosed = onClosed;
  }

  static openHost(store: StoreModule, webhooks: WebhookSettings | null = null): Promise<QueueHost> {
    return QueueHost.open({ store, workers: 1, webhooks, log: pino({ level: "silent" }) });
  }

  /** @param number of its place; by default each worker has a place of its own */
  worker(number?: number): { queue: QueueOverChannel; life: Life; lose(): void } {
    const life = nextLife(this.#lastLife);
    this.#lastLife = life;
    const { starts } = this.host.settingsForWorker(life);
    const marks = starts && StartMarks.open(starts);
    if (marks) this.#marks.push(marks);
    const queue = new QueueOverChannel((message, onSent) => {
      this.host.take(life, overTheWire(message));
      if (onSent) setImmediate(onSent);
    }, marks);
    this.host.attach(life, number ?? life, (message, onSent) => {
      queue.take(overTheWire(message));
      if (onSent) setImmediate(onSent);
    });
    return { queue, life, lose: () => this.host.detach(life) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.close();
    for (const each of this.#marks) each.close();
    await this.#onClosed();
  }
}

/** As node:cluster carries it (`serialization: "advanced"`). */
function overTheWire(envelope: Envelope): Envelope {
  return fromWire(deserialize(serialize(toWire(envelope)))) as Envelope;
}
