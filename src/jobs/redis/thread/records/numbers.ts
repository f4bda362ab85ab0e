import type { Client } from "../../connections.ts";
import type { Keys } from "./keys.ts";

/**
 * A number is at least the time, in ms since 1970. A Redis that has lost its last writes, or was given
 * an old copy of its data, has also lost which numbers it gave. With a mere count it would give them
 * again, and the ids that are made of them: a client would be shown the job of another one. (With more
 * than 1,000 jobs a second, since the queue was made, numbers run ahead of the time.)
 *
 * In Lua: `timeMs()` is the time; `lastNumber(meta, field)` is the latest number, or the time; `takeNumbers(meta, field, count)`
 * returns the first of so many.
 */
export const numbersInLua = `
local function timeMs()
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function lastNumber(meta, field)
  return math.max(tonumber(redis.call("HGET", meta, field) or "0"), timeMs())
end
local function takeNumbers(meta, field, count)
  local last = lastNumber(meta, field)
  redis.call("HSET", meta, field, string.format("%.0f", last + count))
  return last + 1
end
`;

/** KEYS: the meta key. ARGV: the field; how many. */
const script = `${numbersInLua}
return takeNumbers(KEYS[1], ARGV[1], ARGV[2])
`;

type Scripted = Client & {
  takeNumbers(key: string, field: string, count: number): Promise<number>;
};

/** To be called once for each connection that takes numbers. */
export function prepareNumbers(client: Client): void {
  client.defineCommand("takeNumbers", { numberOfKeys: 1, lua: script });
}

/**
 * @param of jobs (`seq`), batches, or what is put as a schedule: each has its own numbers
 * @returns the first of so many numbers, which nobody else gets
 */
export function takeNumbers(
  { client, keys }: { readonly client: Client; readonly keys: Keys },
  of: "seq" | "batch" | "schedule",
  count: number,
): Promise<number> {
  return (client as Scripted).takeNumbers(keys.meta, of, count);
}
