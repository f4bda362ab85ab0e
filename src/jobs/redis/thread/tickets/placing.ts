import type { Client } from "../../connections.ts";
import type { News } from "../hosts/news.ts";
import type { Clock } from "../parts.ts";
import type { Keys } from "../records/keys.ts";
import type { JobRecord, Pool } from "../records/record.ts";
import type { Tickets } from "./tickets.ts";

/** Tickets that are added together. */
const mostTogether = 1000;

export interface PlacingOptions {
  readonly client: Client;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly tickets: Readonly<Record<Pool, Tickets>>;
  readonly news: News;
}

/**
 * Adds the tickets of jobs whose records are written, in that order, and nobody waits for it: the
 * records are marked as unplaced until then. What cannot be added is found by the chores.
 */
export class Placing {
  readonly #options: PlacingOptions;
  #waiting: JobRecord[] = [];
  #work: Promise<void> | undefined;

  constructor(options: PlacingOptions) {
    this.#options = options;
  }

  add(records: readonly JobRecord[]): void {
    this.#waiting.push(...records);
    if (this.#waiting.length > 0) this.#work ??= this.#placeAll();
  }

  /** Resolves when what was added has its tickets. */
  async done(): Promise<void> {
    await this.#work;
  }

  async #placeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const records = this.#waiting.splice(0, mostTogether);
      await this.#place(records).catch(() => {});
    }
    this.#work = undefined;
  }

  async #place(records: readonly JobRecord[]): Promise<void> {
    const { client, keys, clock, tickets, news } = this.#options;
    for (const pool of ["open", "held"] as const) {
      const own = records.filter((record) => record.pool === pool);
      if (own.length > 0) await tickets[pool].add(own, clock.now());
    }
    news.tellReady();
    await client.zrem(keys.unplaced, ...records.map(({ ticket }) => ticket));
  }
}
