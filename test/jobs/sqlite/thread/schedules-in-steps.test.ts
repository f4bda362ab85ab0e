import { afterEach, beforeEach, expect, test } from "vitest";
import { plainJob } from "../../../contracts/queue-under-test.ts";
import { hour, minute, SchedulesOnFile, start } from "./schedules-on-file.ts";

const year = 365 * 24 * hour;

let subject: SchedulesOnFile;
beforeEach(() => {
  subject = new SchedulesOnFile();
});
afterEach(() => subject[Symbol.dispose]());

const count = () => subject.db.prepare("SELECT count(*) AS n FROM job").get()?.["n"] as number;

/** How long each step of the thread takes until nothing is due any more, and what it has made. */
function stepsOf(): { tookMs: number; made: number }[] {
  const steps: { tookMs: number; made: number }[] = [];
  subject.tick = 1;
  for (let mayBeMore = true; mayBeMore; ) {
    if (steps.length > 1000) throw new Error("It comes to no end");
    const [began, before] = [subject.steady, count()];
    mayBeMore = subject.store.doChores();
    steps.push({ tookMs: subject.steady - began, made: count() - before });
  }
  subject.tick = 0;
  expect(subject.store.trouble).toBe(null);
  return steps;
}

test("a year of missed times is caught up in short steps, the oldest time first", () => {
  subject.put({ cron: "*/7 * * * * *", catchUp: "all" });
  subject.put({ cron: "30 2 * * *", catchUp: "all", timeZone: "Europe/Berlin" }, { name: "b" });
  subject.steady += year;
  const steps = stepsOf();
  expect(subject.jobs).toHaveLength(200);
  expect(Math.max(...steps.map(({ tookMs }) => tookMs))).toBeLessThan(40);
  expect(Math.max(...steps.map(({ made }) => made))).toBeLessThan(25);
  const times = subject.jobs.map(({ schedule, scheduledFor }) => `${schedule} ${scheduledFor}`);
  expect(new Set(times).size).toBe(200);
  const often = subject.jobs.filter(({ schedule }) => schedule === "yearly");
  const madeFor = often.map(({ scheduledFor }) => scheduledFor ?? 0).reverse();
  expect(madeFor).toEqual(madeFor.toSorted((one, other) => one - other));
  expect(subject.schedule.made).toBe(100);
  const told = subject.store.takeNews().schedules;
  expect(told.map(({ name, jobs }) => `${name} ${jobs}`).toSorted()).toEqual([
    "b 100",
    "yearly 100",
  ]);
});

test("a thousand schedules that are due in the same second are served in short steps", () => {
  const names = Array.from({ length: 1000 }, (_, index) => `s${index}`);
  for (const name of names) subject.put({ cron: "0 * * * *" }, { name });
  subject.steady += hour;
  const steps = stepsOf();
  expect(Math.max(...steps.map(({ tookMs }) => tookMs))).toBeLessThan(40);
  expect(new Set(subject.jobs.map(({ schedule }) => schedule)).size).toBe(1000);
});

test("one that is due meanwhile does not wait until another one has caught up", () => {
  subject.put({ cron: "* * * * * *", catchUp: "all" });
  subject.put({ cron: "1 0 12 1 1 *", catchUp: "skip" }, { name: "on time" });
  subject.steady = year - minute;
  subject.tick = 1;
  subject.store.doChores();
  subject.tick = 0;
  subject.steady = year + 1000;
  subject.store.checkClock();
  subject.tick = 1;
  subject.store.doChores();
  subject.tick = 0;
  expect(subject.jobs.map(({ schedule }) => schedule)).toContain("on time");
  expect(subject.schedule.made).toBeLessThan(50);
});

test("a server that is killed while it catches up goes on where it was", () => {
  subject.put({ cron: "0 * * * *", catchUp: "all" });
  subject.steady += 50 * hour;
  subject.tick = 1;
  while (subject.schedule.made < 20) subject.store.doChores();
  subject.tick = 0;
  expect(subject.schedule.made).toBeLessThan(50);
  subject.restart(1000);
  expect(subject.madeFor).toEqual(Array.from({ length: 50 }, (_, index) => (index + 1) * hour));
});

test("a clock that is set back while it catches up makes no job for a time to come", () => {
  subject.put({ cron: "0 * * * *", catchUp: "all" });
  subject.steady += 50 * hour;
  subject.tick = 1;
  while (subject.schedule.made < 20) subject.store.doChores();
  subject.tick = 0;
  const { made, course } = subject.schedule;
  expect(course).toMatchObject({ nextAt: start + (made + 1) * hour, lastAt: start + made * hour });
  subject.ahead -= 50 * hour - made * hour - 90 * minute;
  subject.work();
  expect(subject.madeFor.at(-1)).toBe((made + 1) * hour);
  expect(subject.schedule.made).toBe(made + 1);
});

test("a schedule that is put again while it catches up goes on with its new job", () => {
  subject.put({ cron: "0 * * * *", catchUp: "all" });
  subject.steady += 50 * hour;
  subject.tick = 1;
  subject.store.doChores();
  subject.tick = 0;
  subject.put({ cron: "0 * * * *", catchUp: "all" }, { job: { ...plainJob, priority: 7 } });
  subject.work();
  expect(subject.madeFor).toEqual(Array.from({ length: 50 }, (_, index) => (index + 1) * hour));
  expect(subject.jobs[0]?.priority).toBe(7);
});
