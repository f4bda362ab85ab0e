import type { MessagePort } from "node:worker_threads";
import type { Envelope } from "../../channel/envelope.ts";
import { postEnvelope } from "../../channel/post-envelope.ts";
import type { ClientModule, ClientQueue, JobQueue } from "../../jobs/queue.ts";

/** The queue's end in this thread. Which queue the server has is known to the primary alone. */
export class QueueEnd {
  readonly #module: string | null;
  readonly #port: MessagePort;
  #queue: ClientQueue | undefined;

  /** @param module exports `ClientModule`; null on a server without jobs */
  constructor(module: string | null, port: MessagePort) {
    this.#module = module;
    this.#port = port;
  }

  /** Opens it at the first call. @returns null on a server without jobs */
  async open(): Promise<JobQueue | null> {
    if (this.#module === null) return null;
    const { openClient } = (await import(this.#module)) as ClientModule;
    this.#queue ??= openClient((envelope, onSent) => postEnvelope(this.#port, envelope, onSent));
    return this.#queue;
  }

  take(envelope: Envelope): void {
    this.#queue?.take(envelope);
  }
}
