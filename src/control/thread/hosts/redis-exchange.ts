import type { RedisLocation } from "../../../config/redis-location.ts";
import { type Client, openRedis } from "../../../jobs/redis/connections.ts";
import type { HostExchange, ToldRecord } from "./exchange.ts";

/** A host that has said nothing for so long is gone. */
const keptMs = 5000;

/** More hosts than that are not read. */
const mostHosts = 100;

/**
 * KEYS: a hash of records, a sorted set of the times when they came. Each host that writes clears away
 * those that are gone; what the last one leaves expires.
 */
const writing = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, id in ipairs(redis.call("ZRANGEBYSCORE", KEYS[2], "-inf", now - ARGV[3])) do
  redis.call("HDEL", KEYS[1], id)
  redis.call("ZREM", KEYS[2], id)
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
redis.call("ZADD", KEYS[2], now, ARGV[1])
redis.call("PEXPIRE", KEYS[1], ARGV[3])
redis.call("PEXPIRE", KEYS[2], ARGV[3])
`;

/** Returns the id, the age and the record of each host, one after the other. */
const reading = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local told = {}
local found = redis.call("ZREVRANGEBYSCORE", KEYS[2], "+inf", "(" .. (now - ARGV[1]), "WITHSCORES", "LIMIT", 0, ARGV[2])
for at = 1, #found, 2 do
  local text = redis.call("HGET", KEYS[1], found[at])
  if text then
    told[#told + 1] = found[at]
    told[#told + 1] = tostring(now - found[at + 1])
    told[#told + 1] = text
  end
end
return told
`;

type Scripted = Client & {
  writeHost(records: string, times: string, id: string, text: string, ms: number): Promise<null>;
  readHosts(records: string, times: string, ms: number, most: number): Promise<string[]>;
};

/** The hosts of a queue tell each other of themselves in its Redis. */
export class RedisExchange implements HostExchange {
  readonly #client: Scripted;
  readonly #id: string;
  /** In one slot of a cluster, as all keys of the queue. */
  readonly #keys: readonly [records: string, times: string];

  /** @param id of this host */
  constructor(location: RedisLocation, id: string) {
    this.#id = id;
    this.#keys = [`{${location.name}}:hosts`, `{${location.name}}:hosts:at`];
    const client = openRedis(location);
    client.defineCommand("writeHost", { numberOfKeys: 2, lua: writing });
    client.defineCommand("readHosts", { numberOfKeys: 2, lua: reading });
    this.#client = client as Scripted;
  }

  async publish(text: string): Promise<void> {
    await this.#client.writeHost(...this.#keys, this.#id, text, keptMs);
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

  close(): void {
    this.#client.disconnect();
  }
}
