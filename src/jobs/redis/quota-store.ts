import type { RedisLocation } from "../../config/redis-location.ts";
import { type Client, openRedis } from "./connections.ts";
import { Keys } from "./thread/records/keys.ts";

/** Opens a connection of the primary's own, for the counts of `--rate-limit`. It is not waited for. */
export function openQuotaStore(location: RedisLocation): {
  readonly client: Client;
  readonly prefix: string;
  close(): void;
} {
  const client = openRedis(location, "quotas");
  return {
    client,
    prefix: new Keys(location.name).of("rate"),
    close: () => client.disconnect(),
  };
}
