import { type Client, longestFlushMs } from "../../connections.ts";
import type { Keys } from "../records/keys.ts";

type Work = () => Promise<void>;

/**
 * Writes that are on Redis' disk before they are answered. What arrives while Redis flushes waits, and
 * is one group with one flush after that.
 */
export class Durable {
  readonly #client: Client;
  readonly #keys: Keys;
  readonly #waits: boolean;
  #waiting: Work[] = [];
  #isBusy = false;

  /**
   * @param client of its own: WAITAOF is about the writes of one connection, and holds it up
   * @param waits whether to wait for the flush: Redis knows WAITAOF from 7.2
   */
  constructor(client: Client, keys: Keys, waits: boolean) {
    this.#client = client;
    this.#keys = keys;
    this.#waits = waits;
  }

  /** @param write writes by the connection of this */
  run<Value>(write: () => Promise<Value>): Promise<Value> {
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    this.#waiting.push(async () => {
      try {
        const value = await write();
        this.#answers.push(() => resolve(value));
        this.#refusals.push(reject);
      } catch (error) {
        reject(error as Error);
      }
    });
    if (!this.#isBusy) void this.#work();
    return promise;
  }

  /**
   * Resolves when all that Redis has now is on its disk, whoever wrote it: the disk follows the order of
   * the writes, so one more write of this connection is waited for.
   */
  async untilAll(): Promise<void> {
    await this.run(() => this.#client.hset(this.#keys.meta, "waited", 1));
  }

  #answers: (() => void)[] = [];
  #refusals: ((error: Error) => void)[] = [];

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await Promise.all(group.map((write) => write()));
      const [answers, refusals] = [this.#answers, this.#refusals];
      [this.#answers, this.#refusals] = [[], []];
      try {
        if (this.#waits && answers.length > 0) await this.#flushed();
        for (const answer of answers) answer();
      } catch (error) {
        for (const refuse of refusals) refuse(error as Error);
      }
    }
    this.#isBusy = false;
  }

  async #flushed(): Promise<void> {
    const [local] = (await this.#client.call("WAITAOF", 1, 0, longestFlushMs)) as [number, number];
    if (local < 1) throw new Error("Redis has not written to its disk in time");
  }
}
