/** Connections to the queue's Redis, by ioredis. It is an optional peer: import this file when needed. */
import { isIP } from "node:net";
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import { waitAtMost } from "../../clock.ts";
import type { RedisLocation } from "../../config/redis-location.ts";
import { isLasting } from "./explain.ts";

/** A connection to Redis, or to a cluster. */
export type Client = Redis | Cluster;

/**
 * What a connection is for.
 * - `commands`: a command is sent once. It fails at once while Redis is away, and in time where there
 *   is no answer. Then it may have been carried out all the same.
 * - `durable`: the same, for commands that wait until Redis has written to its disk.
 * - `quotas`: the same, with little time: a request waits for each command, and can do without it.
 * - `subscriber`: it subscribes again after each reconnect, and sees that Redis is gone without
 *   sending a command. What was published in between is lost.
 */
export type RedisRole = "commands" | "durable" | "quotas" | "subscriber";

/** With replies as they have always been. */
type Settings = Omit<RedisOptions, "replyMapping">;

/** Longest time of WAITAOF. Redis flushes once a second where it is set to that. */
export const longestFlushMs = 10_000;

const commandTimeoutMs = 5000;

/** How long a command may take. A worker waits 1 s for the primary, which waits for this. */
const timeoutsMs: Readonly<Record<RedisRole, number>> = {
  commands: commandTimeoutMs,
  durable: commandTimeoutMs + longestFlushMs,
  quotas: 700,
  subscriber: commandTimeoutMs,
};

/** As long as a SYN and two repeated ones may take (1 s, 2 s). */
const connectTimeoutMs = 3500;
const longestRetryMs = 2000;
/** How often a Redis is asked that reads its data. How long it takes for that, it expects wrongly at first. */
const loadingRetryMs = 500;
const subscriberPingMs = 2000;

/**
 * Opens a connection, which goes on trying for ever. It is not waited for: `ready` says when it is
 * there.
 *
 * @param onError hears each failure to connect, which may be many; `explainRedisError` has words for it
 */
export function openRedis(
  location: RedisLocation,
  role: RedisRole = "commands",
  onError: (error: Error) => void = () => {},
): Client {
  const redis = location.form === "cluster" ? openCluster(location, role) : openOne(location, role);
  redis.on("error", (error) => onError(withoutCommand(error)));
  if (role === "subscriber") keepAsking(redis);
  return redis;
}

/** ioredis puts the refused command there: that of a refused password has the password in it. */
function withoutCommand(error: Error): Error {
  return Object.assign(error, { command: undefined });
}

/** Milliseconds until the next try: twice as long each time, and not at the same time on all hosts. */
export function retryDelayMs(tries: number, random = Math.random): number {
  const mostMs = Math.min(longestRetryMs, 50 * 2 ** Math.min(tries, 10));
  return Math.ceil(mostMs / 2 + (mostMs / 2) * random());
}

function openOne(location: RedisLocation, role: RedisRole): Redis {
  const { hosts, db, master } = location;
  const where = master === null ? hosts[0] : sentinelOptions(location, master);
  const options: Settings = {
    ...{ ...common(location, role), ...where, db },
    ...{ enableOfflineQueue: role === "subscriber", enableAutoPipelining: true },
    retryStrategy: (tries: number) => retryDelayMs(tries),
  };
  return new Redis(options);
}

function openCluster(location: RedisLocation, role: RedisRole): Cluster {
  return new Cluster([...location.hosts], {
    redisOptions: common(location, role),
    enableOfflineQueue: role === "subscriber",
    clusterRetryStrategy: (tries: number) => retryDelayMs(tries),
    slotsRefreshTimeout: connectTimeoutMs,
    ...{ enableAutoPipelining: true, retryDelayOnFailover: 0 },
    // The certificates of nodes have their names.
    ...(location.isTls &&
      ({ dnsLookup: (host, found) => found(null, host) } satisfies ClusterOptions)),
  });
}

function common({ name, ...location }: RedisLocation, role: RedisRole): Settings {
  const timeoutMs = timeoutsMs[role];
  return {
    ...credentials(location),
    ...(location.isTls && { tls: tlsOptions(location) }),
    connectTimeout: connectTimeoutMs,
    maxLoadingRetryTime: loadingRetryMs,
    commandTimeout: timeoutMs,
    // A connection without answers is given up: after a network failure the kernel may wait minutes.
    socketTimeout: timeoutMs,
    // What had no answer when the connection ended fails: it is not sent again.
    ...{ maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false },
    // The server has become a replica. The next connection finds the new one.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
    connectionName: `manycore:${name}:${role}`,
  };
}

function credentials({
  user,
  password,
}: Pick<RedisLocation, "user" | "password">): Pick<Settings, "username" | "password"> {
  return { ...(user !== null && { username: user }), ...(password !== null && { password }) };
}

/** The name that the certificate must have. The certificates that are trusted are Node's. */
function tlsOptions({ hosts, form }: Pick<RedisLocation, "hosts" | "form">): {
  servername?: string;
} {
  const [first] = hosts;
  return form !== "server" || !first || isIP(first.host) ? {} : { servername: first.host };
}

function sentinelOptions(location: RedisLocation, master: string): Settings {
  const { hosts, isTls, hasSentinelPassword, user, password } = location;
  const isTold = hasSentinelPassword && password !== null;
  return {
    sentinels: hosts.map((host) => ({ ...host })),
    name: master,
    ...(isTls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    ...(isTold && { sentinelPassword: password }),
    ...(isTold && user !== null && { sentinelUsername: user }),
    sentinelCommandTimeout: commandTimeoutMs,
    sentinelRetryStrategy: (tries) => retryDelayMs(tries),
    // It hears of a new master from the Sentinels.
    failoverDetector: true,
  };
}

/** A subscriber sends nothing by itself, and so would not see that nobody is there. */
function keepAsking(redis: Client): void {
  const ask = () => void redis.ping().catch(() => {}); // It is reported as an error of the connection.
  const timer = setInterval(ask, subscriberPingMs);
  timer.unref();
  redis.once("end", () => clearInterval(timer));
}

/**
 * Waits until the connection can take commands.
 *
 * @returns null; or the last error where it cannot by then, or not without the operator
 */
export async function untilReady(redis: Client, withinMs: number): Promise<Error | null> {
  if (redis.status === "ready") return null;
  let why = new Error("connect ETIMEDOUT");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const keep = (error: Error) => {
    why = error;
    if (isLasting(error)) resolve(false);
  };
  const tell = () => resolve(true);
  redis.on("error", keep).on("ready", tell);
  const isReady = await waitAtMost(promise, withinMs);
  redis.off("error", keep).off("ready", tell);
  return isReady ? null : why;
}
