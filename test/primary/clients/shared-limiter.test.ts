/** Counts of several hosts in one Redis: each of these is what the primary of a host has. */
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { untilReady } from "../../../src/jobs/redis/connections.ts";
import { openQuotaStore } from "../../../src/jobs/redis/quota-store.ts";
import { sharedLimiter } from "../../../src/primary/clients/limiters.ts";
import { RequestCounts } from "../../../src/primary/clients/request-counts.ts";
import { locationOf, TestConnection } from "../../helpers/redis-connection.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

const rate = { requests: 5, windowMs: 3_600_000 };
const opened: { close(): void }[] = [];

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

/** Resolves when its connection is ready. */
async function host({ url }: RedisServer, name = "q") {
  const store = openQuotaStore(locationOf(`${url}?name=${name}`));
  const limiter = sharedLimiter(rate, store);
  opened.push(limiter);
  const isReady = async () => expect(await untilReady(store.client, 60_000)).toBeNull();
  await isReady();
  const counts = new RequestCounts(rate, systemClock, limiter.limiter, 3);
  return { count: (client: string) => counts.count(client), isReady };
}

describe.skipIf(redisMissing)(`the counts of several hosts${whySkipped}`, () => {
  test("are one, for each client of each queue", async () => {
    await using redis = await RedisServer.start();
    const [one, two, other] = [await host(redis), await host(redis), await host(redis, "other")];
    for (const [at, each] of [one, two, one, two, one].entries()) {
      expect(await each.count("192.0.2.1")).toMatchObject({ isWithin: true, left: 4 - at });
    }
    const refused = await two.count("192.0.2.1");
    expect(refused).toMatchObject({ isWithin: false, left: 0 });
    expect(refused.resetMs).toBeGreaterThan(rate.windowMs - 60_000);
    expect(refused.resetMs).toBeLessThanOrEqual(rate.windowMs);
    expect(await one.count("2001:db8::")).toMatchObject({ isWithin: true, left: 4 });
    expect(await other.count("192.0.2.1")).toMatchObject({ isWithin: true, left: 4 });
    await using admin = await TestConnection.ready(redis.url);
    expect(await admin.redis.keys("*")).toContain("{q}:rate:192.0.2.1");
    expect(await admin.redis.pttl("{q}:rate:192.0.2.1")).toBeGreaterThan(0);
  });

  test("are bounded: past it, new clients share one", async () => {
    await using redis = await RedisServer.start();
    const one = await host(redis);
    for (const client of ["a", "b", "c", "d", "e"]) await one.count(client);
    await using admin = await TestConnection.ready(redis.url);
    const keys = ["{q}:rate:", "{q}:rate:a", "{q}:rate:b", "{q}:rate:c"];
    expect((await admin.redis.keys("*")).sort()).toEqual(keys);
  });

  test("go on in each host while Redis is away, and together after that", async () => {
    await using redis = await RedisServer.start();
    const [one, two] = [await host(redis), await host(redis)];
    await one.count("a");
    await redis.stop();
    for (let left = 4; left >= 0; left--) {
      expect(await one.count("a")).toMatchObject({ isWithin: true, left });
    }
    expect(await one.count("a")).toMatchObject({ isWithin: false });
    expect(await two.count("a")).toMatchObject({ isWithin: true, left: 4 });
    await redis.restart();
    for (const each of [one, two]) await each.isReady();
    // What Redis had counted before is on its disk.
    expect(await one.count("a")).toMatchObject({ isWithin: true, left: 3 });
    expect(await two.count("a")).toMatchObject({ isWithin: true, left: 2 });
  });

  test("do not wait long for a Redis that says nothing", async () => {
    await using redis = await RedisServer.start();
    const one = await host(redis);
    redis.freeze();
    expect(await one.count("a")).toMatchObject({ isWithin: true, left: 4 });
    redis.thaw();
  });
});
