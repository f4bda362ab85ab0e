import { expect } from "vitest";
import type { ClientJob } from "../../helpers/job-client.ts";
import { type ReceivedWebhook, WebhookReceiver } from "../../helpers/webhook-receiver.ts";

/** Takes webhooks; every fifth is refused once, and comes again. */
export class Told implements AsyncDisposable {
  readonly refused = new Set<string>();
  /** The ends that were told, and taken. */
  readonly #taken = new Set<string>();
  #receiver!: WebhookReceiver;

  static async listen(): Promise<Told> {
    const told = new Told();
    told.#receiver = await WebhookReceiver.listen((webhook) => told.#take(webhook));
    return told;
  }

  get url(): string {
    return this.#receiver.url;
  }

  /**
   * Each end is told at least once, and no end is told that did not last, but for jobs that were run
   * again by hand: those had another end before.
   *
   * @returns how many webhooks came
   */
  async judge(ended: readonly ClientJob[], isRetried: (id: string) => boolean): Promise<number> {
    const { received } = this.#receiver;
    while (ended.some(({ id, finishedAt }) => !this.#taken.has(`${id} ${finishedAt}`))) {
      await this.#receiver.arrived(received.length + 1);
    }
    const ends = new Map(ended.map((job) => [job.id, job]));
    for (const { event } of received) {
      const { id, state } = event.data;
      const { finishedAt } = event.data as unknown as ClientJob;
      const last = ends.get(id);
      expect(event.type).toBe(`job.${state}`);
      if (finishedAt === last?.finishedAt) expect(event.data).toEqual(last);
      else expect(isRetried(id), `${id} ended at ${finishedAt}, and did not`).toBe(true);
    }
    return received.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#receiver[Symbol.asyncDispose]();
  }

  #take({ event: { data } }: ReceivedWebhook): number {
    if (this.#receiver.received.length % 5 === 0 && !this.refused.has(data.id)) {
      this.refused.add(data.id);
      return 500;
    }
    this.#taken.add(`${data.id} ${(data as unknown as ClientJob).finishedAt}`);
    return 204;
  }
}
