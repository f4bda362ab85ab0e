import { beforeEach, describe, expect, test } from "vitest";
import type { Job } from "../../src/jobs/job.ts";
import type { Condition, NewSchedule, Schedules } from "../../src/jobs/schedules/schedule.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { plainJob } from "./queue-under-test.ts";

const always: Condition = { versions: null, isNew: false };

/** A schedule that is not due while a test runs. */
export const yearly: NewSchedule = {
  name: "yearly",
  rules: {
    ...{ cron: "0 0 1 1 *", everyMs: null, timeZone: "UTC", startAt: null, endAt: null },
    ...{ enabled: true, catchUp: "one", overlap: "allow" },
  },
  job: plainJob,
  sent: '{"task":"double"}',
};

export function everySecond(name: string, job: Partial<NewSchedule["job"]> = {}): NewSchedule {
  const rules = { ...yearly.rules, cron: null, everyMs: 1000, catchUp: "all" as const };
  return { ...yearly, name, rules, job: { ...plainJob, ...job } };
}

/** What the schedules of every queue hold to (see src/jobs/schedules/schedule.ts). */
export function schedulesContract(name: string, open: OpenQueue): void {
  describe(`${name} has schedules`, () => {
    const queue = openForEachTest(open);
    let schedules: Schedules;
    beforeEach(() => {
      schedules = queue.schedules;
    });

    async function put(schedule: NewSchedule, condition = always) {
      const answer = await schedules.put(schedule, condition);
      if (!("schedule" in answer)) throw new Error(`It was not put: ${answer.kind}`);
      return answer.schedule;
    }

    /** Resolves with the jobs of a schedule when there are so many, newest first. */
    async function made(schedule: string, count: number): Promise<Job[]> {
      for (;;) {
        const { jobs } = await queue.jobs.list({ limit: 1000 });
        const own = jobs.filter((job) => job.schedule === schedule);
        if (own.length >= count) return own;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }

    test("one that was put is there, as it was put", async () => {
      const before = Date.now();
      const answer = await schedules.put(yearly, always);
      expect(answer).toMatchObject({
        kind: "made",
        schedule: {
          ...{ name: "yearly", rules: yearly.rules, task: "double", job: plainJob },
          ...{ sent: yearly.sent, lastJob: null, made: 0, skipped: 0 },
          course: { lastAt: null },
        },
      });
      const schedule = await schedules.find("yearly");
      expect(answer).toEqual({ kind: "made", schedule });
      expect(schedule?.createdAt).toBeGreaterThanOrEqual(before);
      const nextAt = Date.UTC(new Date().getUTCFullYear() + 1, 0, 1);
      expect(schedule?.course.nextAt).toBe(nextAt);
    });

    test("another put replaces it, and gives it another version", async () => {
      const first = await put(yearly);
      const rules = { ...yearly.rules, cron: "0 0 2 1 *" };
      const answer = await schedules.put({ ...yearly, rules, sent: "{}" }, always);
      expect(answer).toMatchObject({ kind: "replaced", schedule: { rules, sent: "{}" } });
      const second = await schedules.find("yearly");
      expect(second?.version).not.toBe(first.version);
      expect(second?.createdAt).toBe(first.createdAt);
      expect(second?.course.nextAt).toBe((first.course.nextAt ?? 0) + 86_400_000);
    });

    test("a change can have a condition", async () => {
      const made = { versions: "any", isNew: false } as const;
      expect(await schedules.put(yearly, made)).toEqual({ kind: "condition-failed" });
      const isNew = { versions: null, isNew: true };
      const { version } = await put(yearly, isNew);
      expect(await schedules.put(yearly, isNew)).toEqual({ kind: "condition-failed" });
      const same = { versions: ["other", version], isNew: false };
      const second = await put(yearly, same);
      expect(await schedules.put(yearly, same)).toEqual({ kind: "condition-failed" });
      expect(await schedules.remove("yearly", same)).toBe("condition-failed");
      expect((await schedules.find("yearly"))?.version).toBe(second.version);
      expect(await schedules.remove("yearly", made)).toBe("removed");
      expect(await schedules.remove("yearly", made)).toBe("condition-failed");
    });

    test("of two that put it as a new one, one makes it", async () => {
      const other = queue.worker().queue.schedules;
      const isNew = { versions: null, isNew: true };
      const answers = await Promise.all([schedules.put(yearly, isNew), other.put(yearly, isNew)]);
      expect(answers.map(({ kind }) => kind).sort()).toEqual(["condition-failed", "made"]);
    });

    test("one that was removed is gone, and a new one has another version", async () => {
      const first = await put(yearly);
      expect(await schedules.remove("yearly", always)).toBe("removed");
      expect(await schedules.find("yearly")).toBe(null);
      expect(await schedules.remove("yearly", always)).toBe("unknown");
      expect((await put(yearly)).version).not.toBe(first.version);
    });

    test("a list walks through all of them, by name", async () => {
      const names = Array.from({ length: 25 }, (_, index) => `s${100 + index}`);
      for (const each of [...names].reverse()) await put({ ...yearly, name: each });
      const walked: string[] = [];
      let after: string | null = null;
      for (let isLast = false; !isLast; ) {
        const page = await schedules.list({ limit: 10, after });
        walked.push(...page.schedules.map((schedule) => schedule.name));
        after = walked.at(-1) ?? null;
        isLast = page.isLast;
      }
      expect(walked).toEqual(names);
    });

    test("makes a job for each time that is due, which says what it is for", async () => {
      const startAt = Date.now() + 500;
      const schedule = everySecond("each", { priority: 7, tags: ["x"] });
      await put({ ...schedule, rules: { ...schedule.rules, startAt, endAt: startAt + 1000 } });
      const jobs = await made("each", 2);
      expect(jobs.map(({ scheduledFor }) => scheduledFor)).toEqual([startAt + 1000, startAt]);
      for (const job of jobs) {
        expect(job).toMatchObject({ task: "double", state: "queued", priority: 7, tags: ["x"] });
        expect(job.createdAt).toBeGreaterThanOrEqual(job.scheduledFor ?? 0);
      }
      const lastJob = { id: jobs[0]?.id, scheduledFor: startAt + 1000, state: "queued" };
      const after = { made: 2, skipped: 0, lastJob, course: { nextAt: null } };
      expect(await schedules.find("each")).toMatchObject(after);
    });

    test("makes no job while the one before has not ended, if it is told so", async () => {
      const schedule = everySecond("alone");
      await put({ ...schedule, rules: { ...schedule.rules, overlap: "skip" } });
      const [first] = await made("alone", 1);
      const skipped = async () => (await schedules.find("alone"))?.skipped ?? 0;
      await expect.poll(skipped, { timeout: 10_000 }).toBeGreaterThan(0);
      expect(await made("alone", 1)).toHaveLength(1);
      await queue.control.cancel(first?.id ?? "");
      await made("alone", 2);
    });

    test("makes none while it is off", async () => {
      const schedule = everySecond("off");
      const rules = { ...schedule.rules, enabled: false };
      expect((await put({ ...schedule, rules })).course.nextAt).toBe(null);
      await put(everySecond("on"));
      await made("on", 2);
      expect((await schedules.find("off"))?.made).toBe(0);
    });

    test("a job that is run by hand carries its name", async () => {
      const { job } = await put(yearly);
      const mark = { name: "yearly", scheduledFor: null };
      await queue.jobs.submit([{ ...job, schedule: mark }]);
      const [own] = await made("yearly", 1);
      expect(own).toMatchObject({ schedule: "yearly", scheduledFor: null });
      expect(await schedules.find("yearly")).toMatchObject({ made: 0, lastJob: null });
    });
  });
}
