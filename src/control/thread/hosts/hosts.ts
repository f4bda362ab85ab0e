import type { Readable } from "node:stream";
import { type Clock, waitAtMost } from "../../../clock.ts";
import { AppError } from "../../../errors.ts";
import type { ServerFigures } from "../../../telemetry/figures/figures.ts";
import type { HostRecord, SeenHost, SeenHosts } from "../../../telemetry/watch/hosts.ts";
import type { SeenFigures } from "../../../telemetry/watch/seen.ts";
import type { HostExchange } from "./exchange.ts";
import { LanesSender, type Watched } from "./lanes/lanes-sender.ts";
import { OtherHosts } from "./lanes/other-hosts.ts";
import { type HostIdentity, recordOf } from "./record.ts";
import { readRecord } from "./record-check.ts";
import { RequestPace } from "./request-pace.ts";

/** Longest wait of an answer for Redis. */
const readMs = 1000;

export interface HostsOptions {
  readonly identity: HostIdentity;
  /** Null where the queue is of this host alone. */
  readonly exchange: HostExchange | null;
  readonly clock: Clock;
}

/** This host and the others that share its queue: tells them of it, and knows what they tell. */
export class Hosts {
  readonly #identity: HostIdentity;
  readonly #exchange: HostExchange | null;
  readonly #clock: Clock;
  readonly #others: OtherHosts | undefined;
  #sender: LanesSender | undefined;
  readonly #pace = new RequestPace();
  #own: { readonly record: HostRecord; readonly clockMs: number } | undefined;
  #publishing: Promise<void> | undefined;
  #reading: Promise<readonly SeenHost[]> | undefined;
  #hasLeft = false;

  constructor({ identity, exchange, clock }: HostsOptions) {
    this.#identity = identity;
    this.#exchange = exchange;
    this.#clock = clock;
    if (exchange) this.#others = new OtherHosts(exchange, clock);
  }

  get id(): string {
    return this.#identity.id;
  }

  /** From now on those who watch this host elsewhere see what its own watchers see. */
  show(watched: Watched): void {
    const exchange = this.#exchange;
    if (!exchange) return;
    const send = (text: string) => exchange.tell(text);
    this.#sender = new LanesSender({ watched, clock: this.#clock, send });
  }

  /** Takes the figures of this host, about once a second, and tells the others. */
  take({ server, counted }: ServerFigures, seen: SeenFigures): void {
    const clockMs = this.#clock.now();
    const requestsPerSecond = this.#pace.look(counted, clockMs);
    const record = recordOf(this.#identity, server, seen, requestsPerSecond);
    this.#own = { record, clockMs };
    // While Redis is slow nothing waits for it: the next record says more.
    if (this.#hasLeft || this.#publishing || !this.#exchange) return;
    this.#publishing = this.#publish(this.#exchange, JSON.stringify(record)).finally(() => {
      this.#publishing = undefined;
    });
  }

  /** Known after the first `take`. */
  async list(): Promise<SeenHosts> {
    const own = this.#ownHost();
    if (!this.#exchange) return { others: "none", hosts: own };
    this.#reading ??= this.#readOthers(this.#exchange).finally(() => {
      this.#reading = undefined;
    });
    const others = await waitAtMost(this.#reading, readMs).catch(() => undefined);
    if (!others) return { others: "unknown", hosts: own };
    return { others: "known", hosts: [...own, ...others] };
  }

  /**
   * @param showsJobs whether it may see the ids of jobs
   * @returns the stream of one more watcher of another host
   * @throws AppError `not-found`, `overloaded`, `server-unreachable`
   */
  async watch(id: string, showsJobs: boolean): Promise<Readable> {
    const { others, hosts } = await this.list();
    const isThere = hosts.some((host) => host.id === id);
    if (!this.#others || (others === "known" && !isThere)) {
      throw new AppError("not-found", `There is no host ${id}. GET /hosts lists them.`);
    }
    return this.#others.watch(id, showsJobs);
  }

  /** The others see at once that this host has gone. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#sender?.become(null);
    await this.#publishing;
    await this.#exchange?.remove().catch(() => {}); // Then it expires.
    this.#exchange?.close();
  }

  async #publish(exchange: HostExchange, text: string): Promise<void> {
    // The queue reports that Redis is away.
    const wish = await exchange.publish(text).catch(() => null);
    this.#sender?.become(this.#hasLeft ? null : wish);
  }

  #ownHost(): readonly SeenHost[] {
    if (!this.#own) return [];
    const { record, clockMs } = this.#own;
    return [{ ...record, isThis: true, ageMs: Math.round(this.#clock.now() - clockMs) }];
  }

  async #readOthers(exchange: HostExchange): Promise<readonly SeenHost[]> {
    const told = await exchange.read();
    const others = told.flatMap(({ id, ageMs, text }) => {
      const record = id === this.#identity.id ? undefined : readRecord(text);
      return record?.id === id ? [{ ...record, isThis: false, ageMs }] : [];
    });
    return others.sort(
      (one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id),
    );
  }
}
