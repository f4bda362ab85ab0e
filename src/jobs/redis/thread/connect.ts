import type { RedisLocation } from "../../../config/redis-location.ts";
import { type Client, openRedis, type RedisRole, untilReady } from "../connections.ts";
import { type Advice, adviceOf } from "./advice.ts";
import { canWaitForDisk, checkRedis } from "./boot-checks.ts";
import { RedisClock } from "./hosts/redis-clock.ts";

export interface Connected {
  readonly client: Client;
  /** WAITAOF holds up its connection. */
  readonly durable: Client;
  readonly subscriber: Client;
  readonly tickets: Client;
  readonly clock: RedisClock;
  /** WAITAOF says when a job is on disk. */
  readonly canWait: boolean;
}

export interface ConnectionListener {
  /** At the start. */
  onAdvice(advice: Advice): void;
  /** It could not be reached, or can be reached again (null). */
  onConnection(error: Error | null): void;
}

/** Redis may start at the same time. */
const longestBootMs = 3000;

/**
 * Opens all connections of a host, and looks whether that Redis can keep jobs.
 *
 * @throws Error of the connection, or of Redis
 */
export async function connect(
  location: RedisLocation,
  listener: ConnectionListener,
): Promise<Connected> {
  const open = (role: RedisRole) => openRedis(location, role);
  const clients = {
    client: openRedis(location, "commands", (error) => listener.onConnection(error)),
    durable: open("durable"),
    subscriber: open("subscriber"),
    tickets: open("commands"),
  };
  const all = Object.values(clients);
  const { client } = clients;
  try {
    const ready = await Promise.all(all.map((each) => untilReady(each, longestBootMs)));
    const why = ready.find((error) => error !== null);
    if (why) throw why;
    const clock = await RedisClock.open(client);
    const facts = await checkRedis(client, clock.now());
    for (const advice of adviceOf(facts)) listener.onAdvice(advice);
    client.on("ready", () => listener.onConnection(null));
    return { ...clients, clock, canWait: canWaitForDisk(facts) };
  } catch (error) {
    for (const each of all) each.disconnect();
    throw error;
  }
}
