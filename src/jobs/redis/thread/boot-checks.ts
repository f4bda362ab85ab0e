import type { Client } from "../connections.ts";
import { readHostTime } from "./hosts/thread-time.ts";

/** What matters of a Redis for the queue in it. null: it could not be asked. */
export interface RedisFacts {
  /** As people call it: `Redis 7.0.15`, `Valkey 8.1.1`. */
  readonly product: string;
  /** Of Redis' protocol: Valkey is compatible with 7.2. */
  readonly version: string | null;
  /** It knows WAITAOF. */
  readonly hasWaitAof: boolean | null;
  /** It has an append-only file. */
  readonly isAppending: boolean | null;
  /** When it writes that file to its disk: `always`, `everysec` or `no`. */
  readonly fsync: string | null;
  /** What it does when its memory is full. */
  readonly evictionPolicy: string | null;
  /** `master` or `slave`. */
  readonly role: string | null;
  /** Redis' time minus this host's, in ms. */
  readonly clockAheadMs: number;
}

/** @param redisNow Redis' time, as it was measured: ms since 1970 */
export async function checkRedis(client: Client, redisNow: number): Promise<RedisFacts> {
  const clockAheadMs = redisNow - readHostTime();
  const [info, fsync, policy, hasWaitAof] = await Promise.all([
    client.info().catch(() => ""), // Its user may not be allowed to ask.
    setting(client, "appendfsync"),
    setting(client, "maxmemory-policy"),
    knows(client, "WAITAOF"),
  ]);
  const line = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? null;
  const version = line("redis_version");
  const valkey = line("valkey_version");
  const aof = line("aof_enabled");
  return {
    product: valkey === null ? `Redis ${version ?? "of unknown version"}` : `Valkey ${valkey}`,
    ...{ version, fsync, clockAheadMs, hasWaitAof },
    isAppending: aof === null ? null : aof === "1",
    evictionPolicy: policy ?? line("maxmemory_policy"),
    role: line("role"),
  };
}

/** Whether a job is on disk when WAITAOF has said so. */
export function canWaitForDisk({ hasWaitAof, isAppending, fsync }: RedisFacts): boolean {
  // Set to `no`, it leaves the time to the kernel, and WAITAOF would wait for longer than a client.
  return hasWaitAof === true && isAppending === true && fsync !== "no";
}

/** Managed services forbid CONFIG. */
async function setting(client: Client, name: string): Promise<string | null> {
  try {
    const [, value] = (await client.call("CONFIG", "GET", name)) as readonly string[];
    return value ?? null;
  } catch {
    return null;
  }
}

async function knows(client: Client, command: string): Promise<boolean | null> {
  try {
    const [found] = (await client.call("COMMAND", "INFO", command)) as readonly unknown[];
    return found !== null && found !== undefined;
  } catch {
    return null;
  }
}
