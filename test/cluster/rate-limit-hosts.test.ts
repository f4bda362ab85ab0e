/** One rate limit over two servers that have their queue in one Redis. */
import { describe, expect, test } from "vitest";
import { RedisServer, redisMissing, whySkipped } from "../helpers/redis-server.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const limit = 20;

/** How many of so many requests each server lets through, asked in turns. */
async function passed(
  servers: readonly ServerProcess[],
  client: string,
  each: number,
): Promise<number> {
  let count = 0;
  for (let request = 0; request < each * servers.length; request++) {
    const server = servers[request % servers.length];
    const headers = { "x-forwarded-for": client };
    const { status } = await fetch(new URL("/", server?.url), { headers });
    if (status === 200) count++;
    else expect(status).toBe(429);
  }
  return count;
}

describe.skipIf(redisMissing)(`--rate-limit on two hosts${whySkipped}`, () => {
  test("counts for both, and for each of them while Redis is away", async () => {
    await using redis = await RedisServer.start();
    const quotas = ["--rate-limit", `${limit}/1h`, "--trust-proxy", "loopback"];
    const flags = ["--workers", "1", "--queue", `${redis.url}?name=q`, ...quotas];
    await using one = await ServerProcess.start(flags);
    await using two = await ServerProcess.start(flags);
    const servers = [one, two];
    const together = await passed(servers, "192.0.2.1", limit);
    // A machine that stands still for 0.7 s has one of them count alone for a moment.
    expect(together).toBeGreaterThanOrEqual(limit);
    expect(together).toBeLessThan(2 * limit);
    await redis.kill();
    for (const server of servers) await server.printed(/the queue in Redis cannot be written/);
    const alone = await passed(servers, "192.0.2.2", 2 * limit);
    expect(alone).toBeGreaterThanOrEqual(2 * limit);
    expect(alone).toBeLessThan(4 * limit);
  });
});
