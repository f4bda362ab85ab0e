import type { RedisLocation } from "../../../config/redis-location.ts";
import { type Client, openRedis } from "../../../jobs/redis/connections.ts";
import type { HostExchange, ToldRecord } from "./exchange.ts";
import { reading, writing } from "./scripts.ts";

/** A host that has said nothing for so long is gone; so is the wish to watch it. */
const keptMs = 5000;

/** More hosts than that are not read. */
const mostHosts = 100;

type Scripted = Client & {
  writeHost(...args: readonly [...HostKeys, wish: string, ...Written]): Promise<string | null>;
  readHosts(...args: readonly [...HostKeys, ms: number, most: number]): Promise<string[]>;
};

type HostKeys = readonly [records: string, times: string];
type Written = readonly [id: string, text: string, ms: number];

/** The hosts of a queue tell each other of themselves in its Redis. */
export class RedisExchange implements HostExchange {
  readonly #location: RedisLocation;
  readonly #client: Scripted;
  readonly #id: string;
  /** In one slot of a cluster, as all keys of the queue. */
  readonly #keys: HostKeys;
  /** Those who hear each channel, and the connection while there are any. */
  readonly #listeners = new Map<string, (text: string) => void>();
  #subscriber: Client | undefined;

  /** @param id of this host */
  constructor(location: RedisLocation, id: string) {
    this.#location = location;
    this.#id = id;
    this.#keys = [this.#key("records"), this.#key("at")];
    const client = openRedis(location);
    client.defineCommand("writeHost", { numberOfKeys: 3, lua: writing });
    client.defineCommand("readHosts", { numberOfKeys: 2, lua: reading });
    this.#client = client as Scripted;
  }

  publish(text: string): Promise<string | null> {
    return this.#client.writeHost(...this.#keys, this.#wishKey(this.#id), this.#id, text, keptMs);
  }

  async read(): Promise<readonly ToldRecord[]> {
    const told = await this.#client.readHosts(...this.#keys, keptMs, mostHosts);
    const records: ToldRecord[] = [];
    for (let at = 0; at + 2 < told.length; at += 3) {
      const [id = "", age, text = ""] = told.slice(at, at + 3);
      records.push({ id, ageMs: Math.max(0, Number(age)), text });
    }
    return records;
  }

  async remove(): Promise<void> {
    const [records, times] = this.#keys;
    await this.#client.multi().hdel(records, this.#id).zrem(times, this.#id).exec();
  }

  async tell(text: string): Promise<void> {
    await this.#client.publish(this.#channel(this.#id), text);
  }

  async follow(id: string, listener: (text: string) => void): Promise<() => void> {
    const channel = this.#channel(id);
    this.#listeners.set(channel, listener);
    this.#subscriber ??= this.#openSubscriber();
    const unfollow = () => {
      if (this.#listeners.get(channel) === listener) this.#unfollow(channel);
    };
    try {
      await this.#subscriber.subscribe(channel);
    } catch (error) {
      unfollow();
      throw error;
    }
    return unfollow;
  }

  async want(id: string, wish: string): Promise<void> {
    await this.#client.set(this.#wishKey(id), wish, "PX", keptMs);
  }

  async keepWanting(id: string, wish: string): Promise<void> {
    if (!(await this.#client.pexpire(this.#wishKey(id), keptMs))) await this.want(id, wish);
  }

  close(): void {
    this.#closeSubscriber();
    this.#client.disconnect();
  }

  #unfollow(channel: string): void {
    this.#listeners.delete(channel);
    if (this.#listeners.size === 0) this.#closeSubscriber();
    else this.#subscriber?.unsubscribe(channel).catch(() => {}); // Nobody listens to it here.
  }

  #openSubscriber(): Client {
    const subscriber = openRedis(this.#location, "subscriber");
    subscriber.on("message", (channel: string, text: string) =>
      this.#listeners.get(channel)?.(text),
    );
    return subscriber;
  }

  #closeSubscriber(): void {
    this.#subscriber?.disconnect();
    this.#subscriber = undefined;
  }

  #wishKey(id: string): string {
    return this.#key(`wish:${id}`);
  }

  #channel(id: string): string {
    return this.#key(`lanes:${id}`);
  }

  #key(name: string): string {
    return `{${this.#location.name}}:hosts:${name}`;
  }
}
