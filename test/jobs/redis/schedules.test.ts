import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { maxSchedules } from "../../../src/jobs/limits.ts";
import { type CatchUp, lateMs } from "../../../src/jobs/schedules/due.ts";
import { everySecond, schedulesContract, yearly } from "../../contracts/schedules.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";
import { hour, SchedulesOnRedis } from "./schedules-on-redis.ts";

const everyHour = { cron: null, everyMs: hour, catchUp: "all" as CatchUp };
const always = { versions: null, isNew: false };

/** Three times of `everyHour` are over, and the next one is far. */
const away = 3 * hour + 20 * 60_000;

describe.skipIf(redisMissing)(`schedules in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  schedulesContract("the queue in Redis", ({ retentionMs }) =>
    QueueOnRedis.open(redis, retentionMs),
  );

  test("of several servers one makes each job, and others go on when it is closed", async () => {
    await using subject = new SchedulesOnRedis(redis);
    const servers = await Promise.all([1, 2, 3].map(() => subject.openOne()));
    const open = servers.map((server) => ({ server, queue: server.worker().queue }));
    const submitted = async () =>
      Promise.all(open.map(async ({ queue }) => (await queue.jobs.stats()).submitted));
    const startAt = Date.now() + 500;
    const times = Array.from({ length: 7 }, (_, index) => startAt + 1000 * index);
    const { rules, ...schedule } = everySecond("each");
    const endAt = times.at(-1) ?? 0;
    const [first] = open;
    await first?.queue.schedules.put({ ...schedule, rules: { ...rules, startAt, endAt } }, always);
    // Twice, one that has made the most jobs is closed.
    for (const jobs of [2, 4]) {
      while ((await subject.jobs(open[0]?.queue)).length < jobs) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      const counts = await submitted();
      const [closed] = open.splice(counts.indexOf(Math.max(...counts)), 1);
      await closed?.server[Symbol.asyncDispose]();
    }
    const [last] = open;
    const made = async () => (await last?.queue.schedules.find("each"))?.made;
    await expect.poll(made, { timeout: 20_000 }).toBe(times.length);
    const jobs = await subject.jobs(last?.queue);
    expect(jobs.map(({ scheduledFor }) => scheduledFor)).toEqual(times);
    await last?.server[Symbol.asyncDispose]();
  });

  test.each([
    ["skip", []],
    ["one", [3]],
    ["all", [1, 2, 3]],
  ] as const)("after all servers were down, catchUp %s", async (catchUp, expected) => {
    await using subject = new SchedulesOnRedis(redis);
    await subject.open();
    await subject.put({ ...everyHour, catchUp });
    expect((await subject.schedule()).missed).toBe(null);
    await subject.close();
    await subject.setBack(away);
    await subject.open();
    const { course, made, missed, createdAt } = await subject.caughtUp();
    const jobs = await subject.jobs();
    expect(jobs.map((job) => ((job.scheduledFor ?? 0) - course.anchor) / hour)).toEqual(expected);
    expect(made).toBe(expected.length);
    expect(course.nextAt).toBe(course.anchor + 4 * hour);
    expect(missed).toMatchObject({ from: course.anchor + hour, jobs: expected.length });
    expect(missed?.until).toBeGreaterThanOrEqual(createdAt);
    expect(subject.lines).toMatchObject([{ jobs: expected.length }]);
    expect(subject.lines[0]?.msg).toContain("missed");
  });

  test("large jobs are made in several steps, and told once", async () => {
    await using subject = new SchedulesOnRedis(redis);
    await subject.open();
    await subject.put(everyHour, { input: JSON.stringify("x".repeat(700_000)) });
    await subject.setBack(away);
    const { course, made, lastJob, missed } = await subject.caughtUp();
    const jobs = await subject.jobs();
    const times = [1, 2, 3].map((hours) => course.anchor + hours * hour);
    expect(jobs.map(({ scheduledFor }) => scheduledFor)).toEqual(times);
    expect([made, missed?.jobs, lastJob?.id]).toEqual([3, 3, jobs.at(-1)?.id]);
    expect(subject.lines).toHaveLength(1);
  });

  test.each([
    ["return", [1], { made: 1, skipped: 2 }],
    ["refuse", [1], { made: 1, skipped: 2 }],
    ["replace", [3], { made: 3, skipped: 0 }],
  ] as const)("a key that is held: %s", async (onConflict, expected, counts) => {
    await using subject = new SchedulesOnRedis(redis);
    await subject.open();
    await subject.put(everyHour, { unique: { key: "k", while: "unfinished", onConflict } });
    await subject.setBack(away);
    const { course, lastJob, ...schedule } = await subject.caughtUp();
    const jobs = await subject.jobs();
    expect(jobs.map((job) => ((job.scheduledFor ?? 0) - course.anchor) / hour)).toEqual(expected);
    expect(schedule).toMatchObject(counts);
    expect(lastJob).toMatchObject({ id: jobs[0]?.id, scheduledFor: jobs[0]?.scheduledFor });
  });

  test("of times that are due together, one gets a job if the next may not overlap", async () => {
    await using subject = new SchedulesOnRedis(redis);
    await subject.open();
    await subject.put({ ...everyHour, overlap: "skip" });
    await subject.setBack(away);
    expect(await subject.caughtUp()).toMatchObject({ made: 1, skipped: 2 });
    expect(await subject.jobs()).toHaveLength(1);
  });

  test("times for which a full queue has no room get no job", async () => {
    await using subject = new SchedulesOnRedis(redis, 2);
    await subject.open();
    await subject.put(everyHour);
    await subject.setBack(away);
    const { course, ...schedule } = await subject.caughtUp();
    expect(schedule).toMatchObject({ made: 2, skipped: 1 });
    const times = (await subject.jobs()).map(({ scheduledFor }) => scheduledFor);
    expect(times).toEqual([course.anchor + hour, course.anchor + 2 * hour]);
  });

  test("one whose times cannot be computed here waits for other servers, and then ends", async () => {
    await using subject = new SchedulesOnRedis(redis);
    await subject.open();
    await subject.put({ cron: "0 * * * *" }, {}, "early");
    await subject.put({ cron: "0 * * * *" }, {}, "late");
    await subject.setBack(hour + 1000, "Mars/Olympus", "early");
    await subject.setBack(away, "Mars/Olympus", "late");
    expect((await subject.caughtUp("late")).course.nextAt).toBe(null);
    await subject.put(everyHour, {}, "other");
    await subject.setBack(away, "UTC", "other");
    expect(await subject.caughtUp("other")).toMatchObject({ made: 3 });
    const early = await subject.caughtUp("early");
    expect(early).toMatchObject({ made: 0, course: { nextAt: null } });
    expect(Date.now() - early.createdAt).toBeGreaterThan(lateMs - 1000);
    const faults = subject.lines.map(({ msg }) => msg).filter((msg) => msg.includes("Olympus"));
    expect(faults).toHaveLength(2);
  });

  test("there is a limit", async () => {
    await using subject = new SchedulesOnRedis(redis);
    await subject.open();
    await subject.addNames(maxSchedules - 1);
    await subject.put(everyHour);
    const other = { ...yearly, name: "one-more" };
    expect(await subject.queue.schedules.put(other, always)).toEqual({ kind: "too-many" });
    await subject.put(everyHour);
    await subject.queue.schedules.remove("yearly", always);
    expect(await subject.queue.schedules.put(other, always)).toMatchObject({ kind: "made" });
  });
});
