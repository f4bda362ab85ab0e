import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JobQueue } from "../../../src/jobs/queue.ts";
import { becomes } from "../../contracts/becomes.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

async function submitOne(queue: JobQueue): Promise<string> {
  const [answer] = await queue.jobs.submit([plainJob]);
  if (answer?.kind !== "accepted") throw new Error(answer?.kind);
  return answer.job.id;
}

describe.skipIf(redisMissing)(`who watches a job in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("hears of it also after another one has called off", async () => {
    await using opened = await QueueOnRedis.open(redis);
    const { queue } = opened.worker();
    const id = await submitOne(queue);
    const { promise: seen, resolve } = Promise.withResolvers<void>();
    const callOff = queue.jobs.watch(id, () => resolve());
    const ended = becomes(queue, id, ({ state }) => state === "cancelled");
    await seen;
    callOff();
    await queue.jobs.stats(); // That was said before this was asked.
    await queue.control.cancel(id);
    expect(await ended).toMatchObject({ state: "cancelled" });
  });

  test("hears what has changed while the connection was cut", async () => {
    await using opened = await QueueOnRedis.open(redis, undefined, null, undefined, "cut");
    const { queue } = opened.worker();
    const id = await submitOne(queue);
    const ended = becomes(queue, id, ({ state }) => state === "cancelled");
    await using other = await openPartsOf(redis, "cut");
    const { client, keys, ids } = other.parts;
    const channel = keys.changed(ids.seqOfId(id) ?? 0);
    const listeners = async () => (await client.pubsub("NUMSUB", channel))[1];
    while ((await listeners()) !== 1) await queue.jobs.find(id);
    await client.call("CLIENT", "KILL", "TYPE", "pubsub");
    await queue.control.cancel(id);
    expect(await ended).toMatchObject({ state: "cancelled" });
  });
});
