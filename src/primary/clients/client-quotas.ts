import { Channel } from "../../channel/channel.ts";
import { countingSide, quotaSide } from "../../channel/clients.ts";
import type { Envelope, SendEnvelope } from "../../channel/envelope.ts";
import type { Life } from "../../channel/life.ts";
import type { Clock } from "../../clock.ts";
import type { Rate } from "../../config/rate.ts";
import type { Service } from "../service.ts";
import type { QuotaLimiter } from "./limiters.ts";
import { RequestCounts } from "./request-counts.ts";

/** Counts the requests of each client over all workers (`--rate-limit`), or over all hosts. */
export class ClientQuotas implements Service {
  readonly name = "clients";
  readonly #counts: RequestCounts;
  readonly #channels = new Map<Life, Channel<typeof quotaSide, typeof countingSide>>();

  readonly #limiter: QuotaLimiter;

  constructor(rate: Rate, clock: Clock, limiter: QuotaLimiter) {
    this.#limiter = limiter;
    this.#counts = new RequestCounts(rate, clock, limiter.limiter);
  }

  settingsForWorker(): null {
    return null;
  }

  attach(life: Life, _number: number, send: SendEnvelope): void {
    const channel = new Channel({
      service: this.name,
      mine: quotaSide,
      theirs: countingSide,
      send,
      calls: { count: ({ client }) => this.#counts.count(client) },
      notes: {},
    });
    this.#channels.set(life, channel);
  }

  take(life: Life, envelope: Envelope): void {
    this.#channels.get(life)?.take(envelope);
  }

  hung(): void {}

  detach(life: Life): false {
    this.#channels.delete(life);
    return false;
  }

  async close(): Promise<void> {
    this.#limiter.close();
  }
}
