import { extname } from "node:path";
import type { RedisLocation } from "../../config/redis-location.ts";
import type { StoreModule } from "../primary/store-module.ts";
import type { RedisThreadData } from "./thread/store-thread.ts";

const thread = new URL(`./thread/store-thread${extname(import.meta.url)}`, import.meta.url);

/** A store in a Redis, which other hosts may have at the same time. */
export function storeOnRedis(
  location: RedisLocation,
  options: Omit<RedisThreadData, "location">,
): StoreModule {
  return {
    thread,
    data: { location, ...options },
    path: location.shown,
    noun: "the queue in Redis",
  };
}
