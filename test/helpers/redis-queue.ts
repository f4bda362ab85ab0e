import { parseRedisUrl } from "../../src/config/redis-location.ts";
import { storeOnRedis } from "../../src/jobs/redis/store-module.ts";
import type { WebhookSettings } from "../../src/jobs/webhooks/thread/webhook-thread.ts";
import { HostedQueue } from "./hosted-queue.ts";
import type { RedisServer } from "./redis-server.ts";

let queues = 0;

/** A queue of its own in a Redis that others may use, too. */
export class QueueOnRedis extends HostedQueue {
  static async open(
    redis: RedisServer,
    retentionMs = 3_600_000,
    webhooks: WebhookSettings | null = null,
    maxQueued = 1_000_000,
    name = `test-${process.pid}-${++queues}`,
  ): Promise<QueueOnRedis> {
    const location = parseRedisUrl(`${redis.url}?name=${name}`);
    if (!location.ok) throw new Error(location.reason);
    const store = storeOnRedis(location.value, { retentionMs, maxQueued });
    const host = await HostedQueue.openHost(store, webhooks);
    return new QueueOnRedis(host, () => {});
  }
}
