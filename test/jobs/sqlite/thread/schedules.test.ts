import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { maxSchedules } from "../../../../src/jobs/limits.ts";
import { plainJob } from "../../../contracts/queue-under-test.ts";
import { everySecond, yearly } from "../../../contracts/schedules.ts";
import { hour, minute, SchedulesOnFile, start } from "./schedules-on-file.ts";

const large = { ...plainJob, input: JSON.stringify("x".repeat(50_000)) };

let subject: SchedulesOnFile;
beforeEach(() => {
  subject = new SchedulesOnFile();
});
afterEach(() => subject[Symbol.dispose]());

describe("schedules in the file", () => {
  test("the next time is the next thing that is due, until it is moved or removed", () => {
    expect(subject.store.nextDueAt()).toBe(undefined);
    subject.put({ cron: "*/5 * * * *" });
    expect(subject.store.nextDueAt()).toBe(start + 5 * minute);
    subject.pass(5 * minute);
    expect(subject.store.nextDueAt()).toBe(start + 10 * minute);
    const runAt = start + 7 * minute;
    subject.ask({ name: "submit", args: { jobs: [{ ...plainJob, runAt }] } });
    expect(subject.store.nextDueAt()).toBe(runAt);
    const condition = { versions: null, isNew: false };
    subject.ask({ name: "remove-schedule", args: { name: "yearly", condition } });
    subject.pass(2 * minute);
    expect(subject.store.nextDueAt()).toBe(undefined);
  });

  test.each([
    ["skip", []],
    ["one", [3 * hour]],
    ["all", [hour, 2 * hour, 3 * hour]],
  ] as const)("after the server was down, catchUp %s", (catchUp, expected) => {
    subject.put({ cron: "0 * * * *", catchUp });
    subject.restart(3 * hour + 20 * minute);
    expect(subject.madeFor).toEqual(expected);
    subject.pass(40 * minute);
    expect(subject.madeFor).toEqual([...expected, 4 * hour]);
  });

  test("times that were missed are told, and shown, once", () => {
    subject.put({ cron: "0 * * * *", catchUp: "all" });
    expect(subject.schedule.missed).toBe(null);
    subject.restart(3 * hour + 20 * minute);
    const missed = { from: start + hour, until: start + 3 * hour + 20 * minute, jobs: 3 };
    expect(subject.schedule.missed).toEqual(missed);
    const told = { name: "yearly", missedSince: start + hour, jobs: 3, fault: null };
    expect(subject.store.takeNews().schedules).toEqual([told]);
    subject.pass(40 * minute);
    expect(subject.store.takeNews().schedules).toEqual([]);
    expect(subject.schedule.missed).toEqual(missed);
  });

  test("times that were missed and get no job are told, too", () => {
    subject.put({ cron: "0 * * * *", catchUp: "skip" });
    subject.restart(hour + minute);
    expect(subject.schedule.missed).toMatchObject({ from: start + hour, jobs: 0 });
    expect(subject.store.takeNews().schedules).toMatchObject([{ jobs: 0 }]);
  });

  test("a server that comes back at once has missed nothing", () => {
    subject.put({ cron: "* * * * *", catchUp: "skip" });
    subject.pass(minute - 2000);
    subject.restart(5000);
    expect(subject.madeFor).toEqual([minute]);
    expect([subject.schedule.missed, subject.store.takeNews().schedules]).toEqual([null, []]);
  });

  test("years of seconds are caught up in bounded steps", () => {
    for (const name of ["a", "b", "c", "d", "e", "f", "g"]) {
      subject.put({ cron: "* * * * * *", catchUp: "all" }, { name });
    }
    subject.restart(3 * 365 * 24 * hour);
    expect(subject.jobs).toHaveLength(700);
    expect(subject.madeFor[0]).toBe(3 * 365 * 24 * hour - 99_000);
  });

  test("planned times follow a clock that is set forward; what it jumps over was missed", () => {
    subject.put({ cron: "0 * * * *" });
    subject.ahead += 5 * hour + minute;
    subject.work();
    expect(subject.madeFor).toEqual([5 * hour]);
    expect(subject.schedule.course.nextAt).toBe(start + 6 * hour);
  });

  test("a time that got its job gets no other after the clock was set back", () => {
    subject.put({ cron: "0 * * * *" });
    subject.pass(2 * hour);
    expect(subject.madeFor).toEqual([2 * hour]);
    subject.ahead -= 2 * hour;
    subject.work();
    subject.pass(2 * hour);
    expect(subject.madeFor).toEqual([2 * hour]);
    subject.pass(hour);
    expect(subject.madeFor).toEqual([2 * hour, 3 * hour]);
  });

  test("on a full disk no time is lost, and none gets two jobs", () => {
    subject.put({ cron: "* * * * *", catchUp: "all" }, { job: large });
    const pages = Object.values(subject.db.prepare("PRAGMA page_count").get() ?? {})[0];
    subject.db.exec(`PRAGMA max_page_count = ${pages}`);
    subject.pass(minute);
    subject.pass(minute);
    expect(subject.store.trouble).toContain("full");
    expect(subject.jobs).toEqual([]);
    expect(subject.store.nextDueAt()).toBe(start + minute);
    subject.db.exec("PRAGMA max_page_count = 1000000");
    subject.work();
    expect(subject.madeFor).toEqual([minute, 2 * minute]);
    expect(subject.schedule.made).toBe(2);
  });

  test("one whose times cannot be reckoned any more holds up nobody", () => {
    subject.put({ cron: "* * * * *" });
    subject.put({ cron: "* * * * *" }, { name: "other" });
    subject.db.exec(`UPDATE schedule SET rules = json_set(rules, '$.timeZone', 'Mars/Olympus')
                     WHERE name = 'yearly'`);
    subject.pass(minute);
    expect(subject.jobs).toMatchObject([{ schedule: "other" }]);
    expect(subject.schedule.course.nextAt).toBe(null);
    expect(subject.store.trouble).toBe(null);
    const fault = `this server's Node knows no time zone "Mars/Olympus"`;
    expect(subject.store.takeNews().schedules).toMatchObject([{ name: "yearly", fault }]);
  });

  test("there is a limit", () => {
    subject.db.exec(`INSERT INTO schedule (name, task, rules, anchor, created_at, updated_at)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${maxSchedules})
      SELECT 'n' || i, '', '{}', 0, 0, 0 FROM n`);
    const condition = { versions: null, isNew: false };
    const put = { name: "put-schedule", args: { schedule: yearly, condition } } as const;
    expect(subject.ask(put)).toEqual({ kind: "too-many" });
    subject.db.exec("DELETE FROM schedule WHERE name = 'n1'");
    expect(subject.ask(put)).toMatchObject({ kind: "made" });
  });

  test("a job in the way of the next one is one that has not ended", () => {
    const { rules } = everySecond("");
    subject.put({ ...rules, overlap: "skip" });
    subject.pass(3000);
    expect(subject.madeFor).toEqual([1000]);
    expect(subject.schedule).toMatchObject({ made: 1, skipped: 2 });
    subject.ask({ name: "cancel", args: { id: subject.jobs[0]?.id ?? "" } });
    subject.pass(1000);
    expect(subject.madeFor).toEqual([1000, 4000]);
    subject.db.exec("DELETE FROM job");
    subject.pass(1000);
    expect(subject.madeFor).toEqual([5000]);
    expect(subject.schedule.lastJob).toMatchObject({ scheduledFor: start + 5000, state: "queued" });
  });

  test.each([
    ["return", { made: 1, skipped: 2 }, 1000],
    ["refuse", { made: 1, skipped: 2 }, 1000],
    ["replace", { made: 3, skipped: 0 }, 3000],
  ] as const)("a unique key that is taken: %s", (onConflict, counts, scheduledFor) => {
    const unique = { key: "k", while: "unfinished", onConflict } as const;
    subject.put(everySecond("").rules, { job: { ...plainJob, unique } });
    subject.pass(3000);
    const [job, ...others] = subject.jobs;
    expect(others).toEqual([]);
    const lastJob = { id: job?.id, scheduledFor: start + scheduledFor };
    expect(subject.schedule).toMatchObject({ ...counts, lastJob });
    expect(job).toMatchObject({ schedule: "yearly", scheduledFor: start + scheduledFor });
  });

  test("a schedule whose job cannot be made keeps nothing else from its time", () => {
    subject.put(everySecond("").rules);
    subject.db.exec("UPDATE schedule_job SET job = json_set(job, '$.task', NULL)");
    const runAt = start + minute;
    subject.ask({ name: "submit", args: { jobs: [{ ...plainJob, runAt }] } });
    expect(subject.store.ready).toBe(0);
    subject.pass(minute);
    expect(subject.store.ready).toBe(1);
    expect(subject.store.trouble).toMatch(/NULL/i);
  });

  test("the job of a schedule that an earlier version put there has what jobs have now", () => {
    subject.put(everySecond("").rules);
    subject.db.exec("UPDATE schedule_job SET job = json_remove(job, '$.tags', '$.group')");
    subject.pass(1000);
    expect(subject.jobs).toMatchObject([{ tags: [], group: null, scheduledFor: start + 1000 }]);
  });
});
