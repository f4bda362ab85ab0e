import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Job } from "../../../src/jobs/job.ts";
import type { JobQueue } from "../../../src/jobs/queue.ts";
import { cancelJob } from "../../../src/jobs/redis/thread/jobs/by-hand.ts";
import { afterContract } from "../../contracts/after.ts";
import { becomes } from "../../contracts/becomes.ts";
import { Hands, plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

async function submitAfter(queue: JobQueue, ...before: readonly Job[]): Promise<Job> {
  const after = before.map(({ id }) => ({ id }));
  const [answer] = await queue.jobs.submit([{ ...plainJob, after }]);
  if (answer?.kind !== "accepted") throw new Error(answer?.kind);
  return answer.job;
}

describe.skipIf(redisMissing)(`jobs after others in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  const open = (name: string) => QueueOnRedis.open(redis, undefined, null, undefined, name);

  afterContract("the queue in Redis", ({ retentionMs }) => QueueOnRedis.open(redis, retentionMs));

  test("a job of one host waits for jobs of two, and runs on either", async () => {
    await using one = await open("two-hosts");
    await using other = await open("two-hosts");
    const [here, there] = [one.worker().queue, other.worker().queue];
    const [first, second] = [await submitAfter(here), await submitAfter(there)];
    const third = await submitAfter(there, first, second);
    const fourth = await submitAfter(here, third);
    const [ours, theirs] = [new Hands(here, 1), new Hands(there, 1)];
    await Promise.all([ours.has(1), theirs.has(1)]);
    for (const each of [ours, theirs]) each.end(0, { kind: "succeeded", result: "1" });
    await becomes(here, third.id, ({ waitsFor }) => waitsFor === 0);
    ours.consumption.offer(1);
    await ours.has(2);
    expect(ours.started[1]?.id).toBe(third.id);
    ours.end(1, { kind: "succeeded", result: "1" });
    theirs.consumption.offer(1);
    await theirs.has(2);
    expect(theirs.started[1]?.id).toBe(fourth.id);
  });

  test("a host that is gone before it has told the dependants is helped by others", async () => {
    await using queue = await open("helped");
    const { queue: jobs } = queue.worker();
    const first = await submitAfter(jobs);
    const second = await submitAfter(jobs, first);
    const third = await submitAfter(jobs, second);
    await using gone = await openPartsOf(redis, "helped");
    // It writes the end, and nothing after that.
    const background = { ...gone.parts.background, tellDependants: () => {} };
    await cancelJob({ ...gone.parts, background }, { id: first.id });
    expect(await jobs.jobs.find(second.id)).toMatchObject({ job: { waitsFor: 1 } });
    await becomes(jobs, third.id, ({ state }) => state === "cancelled");
    expect(await jobs.jobs.find(second.id)).toMatchObject({
      job: { state: "cancelled", waitsFor: 0, error: { type: "job-cancelled" } },
    });
  });
});
