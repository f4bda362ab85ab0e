import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endAttempt } from "../../../src/jobs/redis/thread/jobs/attempt-ends.ts";
import { claimJobs } from "../../../src/jobs/redis/thread/jobs/claims.ts";
import { Submissions } from "../../../src/jobs/redis/thread/jobs/submit.ts";
import type { Parts } from "../../../src/jobs/redis/thread/parts.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

const succeeded = { kind: "succeeded", result: "1" } as const;

const jobOf = (task: string, group: string) => ({
  ...plainJob,
  task,
  group: { key: group, concurrency: 1 },
});

type Opened = Awaited<ReturnType<typeof openPartsOf>>;

/** @returns their numbers */
async function submit({ parts, room }: Opened, jobs: readonly (typeof plainJob)[]) {
  const answers = await new Submissions(parts, room).submit(jobs);
  await parts.placing.done();
  return answers.map((each) =>
    each.kind === "accepted" ? (parts.ids.seqOfId(each.job.id) ?? 0) : 0,
  );
}

async function claimed(parts: Parts): Promise<number[]> {
  return (await claimJobs(parts, "open", 5, [])).map(({ seq }) => seq);
}

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
    const [first = 0] = await submit(opened, [jobOf("a", "g")]);
    expect(await claimed(parts)).toEqual([first]);
    const paused = Array.from({ length: 5 }, () => jobOf("b", "g"));
    const seqs = await submit(opened, [...paused, jobOf("a", "g")]);
    expect(await claimed(parts)).toEqual([]);
    await parts.pauses.set("b", true);
    await endAttempt(parts, { seq: first, token: 1 }, succeeded, null);
    await expect.poll(() => claimed(parts)).toEqual(seqs.slice(-1));
  });

  test("those of a full group do not hold up the others of their task", async () => {
    await using opened = await openPartsOf(redis, "full");
    const { parts } = opened;
    parts.limits.set("a", 1);
    const [first = 0, other] = await submit(opened, [jobOf("a", "g"), jobOf("b", "full")]);
    expect(await claimed(parts)).toEqual([first, other]);
    const full = Array.from({ length: 5 }, () => jobOf("a", "full"));
    const seqs = await submit(opened, [...full, jobOf("a", "h")]);
    expect(await claimed(parts)).toEqual([]);
    await endAttempt(parts, { seq: first, token: 1 }, succeeded, null);
    await expect.poll(() => claimed(parts)).toEqual(seqs.slice(-1));
  });
});
