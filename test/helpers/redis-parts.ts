import { parseRedisUrl } from "../../src/config/redis-location.ts";
import { type OpenedParts, openParts } from "../../src/jobs/redis/thread/open-parts.ts";
import { Tally } from "../../src/jobs/redis/thread/tally.ts";
import type { RedisServer } from "./redis-server.ts";

const silent = { onAdvice: () => {}, onConnection: () => {}, onLost: () => {} };

/** What a host on Redis works with, without its thread: it does only what a test calls. */
export async function openPartsOf(
  redis: RedisServer,
  name: string,
): Promise<AsyncDisposable & OpenedParts> {
  const location = parseRedisUrl(`${redis.url}?name=${name}`);
  if (!location.ok) throw new Error(location.reason);
  const data = { location: location.value, retentionMs: 3_600_000, maxQueued: 1_000_000 };
  const kept = { limits: new Map(), tally: new Tally(() => performance.now()) };
  const opened = await openParts(data, kept, silent);
  const { parts, connections } = opened;
  return {
    ...opened,
    [Symbol.asyncDispose]: async () => {
      parts.news.stop();
      parts.held.stop();
      await Promise.all([parts.tickets.open.close(), parts.tickets.held.close()]);
      for (const each of connections) each.disconnect();
    },
  };
}
