import { Cluster, Redis } from "ioredis";
import type { RedisLocation } from "../../config/redis-location.ts";

/** A connection to Redis, or to a cluster. */
export type Client = Redis | Cluster;

/** Opens a connection. It connects again by itself. */
export function openRedis(location: RedisLocation): Client {
  const { hosts, user, password, db, isTls, form, master, hasSentinelPassword } = location;
  const login = {
    ...(user !== null && { username: user }),
    ...(password !== null && { password }),
    ...(isTls && { tls: {} }),
  };
  const options = { ...login, db, maxRetriesPerRequest: null, enableAutoPipelining: true };
  if (form === "cluster") return new Cluster([...hosts], { redisOptions: { ...login } });
  if (form === "sentinel") {
    const sentinel = hasSentinelPassword && password !== null ? { sentinelPassword: password } : {};
    return new Redis({
      ...options,
      ...sentinel,
      sentinels: [...hosts],
      name: master ?? "mymaster",
    });
  }
  const [{ host, port } = { host: "127.0.0.1", port: 6379 }] = hosts;
  return new Redis({ ...options, host, port });
}
