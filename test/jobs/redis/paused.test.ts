import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimJobs } from "../../../src/jobs/redis/thread/jobs/claims.ts";
import { becomes } from "../../contracts/becomes.ts";
import { Hands, plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

describe.skipIf(redisMissing)(`while all jobs in Redis are paused${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("those of a lost host end if they were cancelled, and wait if they were not", async () => {
    await using left = await QueueOnRedis.open(redis, undefined, null, undefined, "paused");
    const { queue } = left.worker();
    const answers = await queue.jobs.submit([plainJob, plainJob]);
    const ids = answers.map((each) => (each.kind === "accepted" ? each.job.id : ""));
    {
      await using lost = await openPartsOf(redis, "paused");
      let claimed = 0;
      while (claimed < 2) claimed += (await claimJobs(lost.parts, "open", 2, [])).length;
    }
    await queue.control.setPaused(null, true);
    const hands = new Hands(queue, 2);
    await queue.control.cancel(ids[0] ?? "");
    await becomes(queue, ids[0] ?? "", ({ state }) => state === "cancelled");
    const waiting = await becomes(queue, ids[1] ?? "", ({ state }) => state === "queued");
    expect(hands.started).toEqual([]);
    expect(waiting).toMatchObject({ attempts: 0, error: { type: "worker-lost" } });
  });
});
