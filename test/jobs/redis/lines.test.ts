import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endAttempt } from "../../../src/jobs/redis/thread/jobs/attempt-ends.ts";
import { claimJobs } from "../../../src/jobs/redis/thread/jobs/claims.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf, submitJobs } from "../../helpers/redis-parts.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

const one = { key: "one", concurrency: 1 };

/** A host that does no chores. */
async function openWithJobs(redis: RedisServer, name: string, inLine: number) {
  const opened = await openPartsOf(redis, name);
  const line = Array.from({ length: inLine }, () => ({ ...plainJob, group: one }));
  await submitJobs(opened, [...line, { ...plainJob, task: "behind" }]);
  return opened;
}

describe.skipIf(redisMissing)(`lines in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("a claim goes past jobs that have no room, to one that has", async () => {
    await using opened = await openWithJobs(redis, "past", 5);
    const { parts } = opened;
    expect(await claimJobs(parts, "open", 1, [])).toMatchObject([{ task: "double" }]);
    expect(await claimJobs(parts, "open", 2, [])).toMatchObject([{ task: "behind" }]);
  });

  test("the end of a job lets in the next one, before any chores", async () => {
    await using opened = await openWithJobs(redis, "next", 2);
    const { parts } = opened;
    const claimed = await claimJobs(parts, "open", 3, []);
    const [first] = claimed.filter(({ task }) => task === "double");
    if (!first) throw new Error("nothing was claimed");
    await endAttempt(parts, first, { kind: "succeeded", result: "1" }, null);
    let next = await claimJobs(parts, "open", 1, []);
    while (next.length === 0) next = await claimJobs(parts, "open", 1, []);
    expect(next).toMatchObject([{ task: "double", attempt: 1 }]);
  });
});
