import { extname } from "node:path";
import type { RedisLocation } from "../../config/redis-location.ts";
import type { StoreModule } from "../primary/store-module.ts";
import { requirePeers } from "./peers.ts";
import type { RedisThreadData } from "./thread/store-thread.ts";

const thread = new URL(`./thread/store-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * A store in a Redis, which other hosts may have at the same time.
 *
 * @throws Error for the operator, where a package is missing
 */
export function storeOnRedis(
  location: RedisLocation,
  options: Omit<RedisThreadData, "location">,
): StoreModule {
  requirePeers();
  return {
    thread,
    data: { location, ...options },
    path: location.shown,
    noun: "the queue in Redis",
  };
}
