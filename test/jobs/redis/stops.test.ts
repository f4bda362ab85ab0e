import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cancelJob } from "../../../src/jobs/redis/thread/jobs/by-hand.ts";
import { Hands, plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

describe.skipIf(redisMissing)(`a job of another host is cancelled in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("and stops though that host cannot hear it", async () => {
    await using running = await QueueOnRedis.open(redis, undefined, null, undefined, "deaf");
    const { queue } = running.worker();
    const [answer] = await queue.jobs.submit([plainJob]);
    if (answer?.kind !== "accepted") throw new Error(answer?.kind);
    const hands = new Hands(queue, 1);
    await hands.has(1);
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    hands.signals.get(0)?.addEventListener("abort", () => resolve());
    await using other = await openPartsOf(redis, "deaf");
    const { parts } = other;
    // What it would be told is lost.
    const news = Object.assign(Object.create(parts.news), { tell: () => {} });
    await cancelJob({ ...parts, news }, { id: answer.job.id });
    await stopped;
    hands.end(0, { kind: "cancelled" });
    const isOver = async () => {
      const found = await queue.jobs.find(answer.job.id);
      return found.kind === "found" && found.job.state === "cancelled";
    };
    while (!(await isOver())) await queue.jobs.stats();
    expect(await isOver()).toBe(true);
  });
});
