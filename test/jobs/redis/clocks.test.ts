import { EventEmitter } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRedisUrl } from "../../../src/config/redis-location.ts";
import { storeOnRedis } from "../../../src/jobs/redis/store-module.ts";
import { RedisClock } from "../../../src/jobs/redis/thread/hosts/redis-clock.ts";
import { Hands, plainJob } from "../../contracts/queue-under-test.ts";
import { HostedQueue } from "../../helpers/hosted-queue.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

const thread = new URL("../../fixtures/clock-ahead-thread.ts", import.meta.url);

/** A host whose clock is an hour ahead of that of Redis. */
async function openAhead(redis: RedisServer, name: string): Promise<HostedQueue> {
  const location = parseRedisUrl(`${redis.url}?name=${name}`);
  if (!location.ok) throw new Error(location.reason);
  const store = storeOnRedis(location.value, { retentionMs: 3_600_000, maxQueued: 1000 });
  return new HostedQueue(await HostedQueue.openHost({ ...store, thread }), () => {});
}

describe.skipIf(redisMissing)(`hosts whose clocks differ${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("a job that is planned on one starts in time on another", async () => {
    const runAt = Date.now() + 1500;
    {
      await using ahead = await openAhead(redis, "clocks");
      const [answer] = await ahead.worker().queue.jobs.submit([{ ...plainJob, runAt }]);
      expect(answer?.kind).toBe("accepted");
    }
    await using other = await QueueOnRedis.open(redis, undefined, null, undefined, "clocks");
    await new Hands(other.worker().queue, 1).has(1);
    expect(Date.now()).toBeGreaterThanOrEqual(runAt - 50);
  });
});

describe("Redis' time", () => {
  test("follows a clock that is set back, and does not run back for a little", async () => {
    let time = 1_800_000_000_000;
    const client = Object.assign(new EventEmitter(), {
      time: async () => [String(Math.floor(time / 1000)), "0"],
    });
    const clock = await RedisClock.open(client as never);
    const before = clock.now();
    time -= 1000;
    await clock.measure();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    time -= 3_600_000;
    await clock.measure();
    expect(clock.now()).toBeLessThan(before - 3_000_000);
    client.emit("end");
  });
});
