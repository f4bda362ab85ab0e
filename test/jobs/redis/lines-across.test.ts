import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endAttempt } from "../../../src/jobs/redis/thread/jobs/attempt-ends.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { claimed, openPartsOf, submitJobs } from "../../helpers/redis-parts.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

const succeeded = { kind: "succeeded", result: "1" } as const;

const jobOf = (task: string, group: string) => ({
  ...plainJob,
  task,
  group: { key: group, concurrency: 1 },
});

/** No chores are done here: they would find the next of a line, too, but one job at a time. */
describe.skipIf(redisMissing)(`jobs in two lines${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("those of a paused task do not hold up the others of their group", async () => {
    await using opened = await openPartsOf(redis, "paused");
    const { parts } = opened;
    const [first = 0] = await submitJobs(opened, [jobOf("a", "g")]);
    expect(await claimed(parts, 5)).toEqual([first]);
    const paused = Array.from({ length: 5 }, () => jobOf("b", "g"));
    const seqs = await submitJobs(opened, [...paused, jobOf("a", "g")]);
    expect(await claimed(parts, 5)).toEqual([]);
    await parts.pauses.set("b", true);
    await endAttempt(parts, { seq: first, token: 1 }, succeeded, null);
    await expect.poll(() => claimed(parts, 5)).toEqual(seqs.slice(-1));
  });

  test("those of a full group do not hold up the others of their task", async () => {
    await using opened = await openPartsOf(redis, "full");
    const { parts } = opened;
    parts.limits.set("a", 1);
    const [first = 0, other] = await submitJobs(opened, [jobOf("a", "g"), jobOf("b", "full")]);
    expect(await claimed(parts, 5)).toEqual([first, other]);
    const full = Array.from({ length: 5 }, () => jobOf("a", "full"));
    const seqs = await submitJobs(opened, [...full, jobOf("a", "h")]);
    expect(await claimed(parts, 5)).toEqual([]);
    await endAttempt(parts, { seq: first, token: 1 }, succeeded, null);
    await expect.poll(() => claimed(parts, 5)).toEqual(seqs.slice(-1));
  });
});
