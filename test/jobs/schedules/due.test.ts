import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CatchUp,
  catchUps,
  type DueTimes,
  lateMs,
  maxCaughtUp,
  type Pace,
  planDue,
  setCourse,
} from "../../../src/jobs/schedules/due.ts";
import { takeAllSteps, timesOf } from "../../../src/jobs/schedules/times.ts";

const now = Date.parse("2026-11-30T12:00Z");
const minuteMs = 60_000;
const everyMinute: Pace = {
  ...{ cron: "* * * * *", everyMs: null, timeZone: "UTC", startAt: null, endAt: null },
  enabled: true,
};
const everySecond: Pace = { ...everyMinute, cron: "* * * * * *" };

function plan(pace: Pace, catchUp: CatchUp, dueAt: number, at = now) {
  return takeAllSteps(planDue(timesOf(pace, now), catchUp, dueAt, at));
}

describe("times that are due", () => {
  test.each(catchUps)("one that is due now gets a job (%s)", (catchUp) => {
    expect(plan(everyMinute, catchUp, now)).toEqual({ times: [now], nextAt: now + minuteMs });
    expect(plan(everyMinute, catchUp, now, now + lateMs)).toMatchObject({ times: [now] });
  });

  test.each(catchUps)("a server that is a little late makes each of them (%s)", (catchUp) => {
    const times = [now - 3000, now - 2000, now - 1000, now];
    expect(plan(everySecond, catchUp, now - 3000)).toEqual({ times, nextAt: now + 1000 });
  });

  test.each<[CatchUp, number[]]>([
    ["skip", []],
    ["one", [now - minuteMs]],
    ["all", [now - 3 * minuteMs, now - 2 * minuteMs, now - minuteMs]],
  ])("catchUp %s after times that were missed", (catchUp, times) => {
    const at = now - 1000;
    const due = now - 3 * minuteMs;
    expect(plan(everyMinute, catchUp, due, at)).toEqual({ times, nextAt: now });
  });

  test("of those that were missed, none is made twice that is due anyway", () => {
    expect(plan(everyMinute, "one", now - 5 * minuteMs)).toMatchObject({ times: [now] });
    expect(plan(everyMinute, "skip", now - 5 * minuteMs)).toMatchObject({ times: [now] });
  });

  test("a year of seconds is caught up with the newest", () => {
    const due = now - 365 * 86_400_000;
    const { times, nextAt } = plan(everySecond, "all", due);
    expect(times).toHaveLength(maxCaughtUp);
    expect(times.at(-1)).toBe(now);
    expect(nextAt).toBe(now + 1000);
  });

  test("the last time is followed by none", () => {
    const pace = { ...everyMinute, endAt: now };
    expect(plan(pace, "one", now)).toEqual({ times: [now], nextAt: null });
  });

  test("whenever the server looks, with catchUp all every time gets one job", () => {
    const pauses = fc.array(fc.integer({ min: 1, max: 90_000 }), { maxLength: 10 });
    const paces = fc.constantFrom<[Pace, number]>([everyMinute, minuteMs], [everySecond, 1000]);
    fc.assert(
      fc.property(paces, pauses, ([pace, everyMs], looks) => {
        const times = timesOf(pace, now);
        const made: number[] = [];
        let at = now;
        let due: number | null = now + everyMs;
        for (const pause of looks) {
          at += pause;
          if (due === null || due > at) continue;
          const planned: DueTimes = takeAllSteps(planDue(times, "all", due, at));
          made.push(...planned.times);
          due = planned.nextAt;
        }
        const count = Math.floor((at - now) / everyMs);
        expect(made).toEqual(
          Array.from({ length: count }, (_, index) => now + (index + 1) * everyMs),
        );
        expect(due).toBe(now + (count + 1) * everyMs);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the course of a schedule that is put", () => {
  const before = (pace: Pace, nextAt: number | null, lastAt: number | null = null) => ({
    pace,
    course: { anchor: now - 90_000, nextAt, lastAt },
  });
  const hourly: Pace = { ...everyMinute, cron: null, everyMs: 3_600_000 };

  test("begins now", () => {
    const course = { anchor: now, lastAt: null, nextAt: now + 3_600_000 };
    expect(setCourse(hourly, null, now)).toEqual(course);
  });

  test("is the same with the same times: what is due stays due", () => {
    const overdue = before(hourly, now - 5000, now - 3_605_000);
    expect(setCourse(hourly, overdue, now)).toEqual(overdue.course);
  });

  test("begins anew with other times", () => {
    const course = setCourse(everyMinute, before(hourly, now - 5000, now - 1000), now);
    expect(course).toEqual({ anchor: now, lastAt: now - 1000, nextAt: now + minuteMs });
  });

  test("has no next time while it is off, and goes on in its places", () => {
    const off = { ...hourly, enabled: false };
    const course = setCourse(off, before(hourly, now - 5000), now);
    expect(course).toMatchObject({ nextAt: null, anchor: now - 90_000 });
    const again = setCourse(hourly, { pace: off, course }, now);
    expect(again.nextAt).toBe(now - 90_000 + 3_600_000);
  });

  test("does not go back behind a time that was dealt with before the clock was set back", () => {
    const off = { ...everyMinute, enabled: false };
    const course = setCourse(everyMinute, before(off, null, now + 10 * minuteMs), now);
    expect(course.nextAt).toBe(now + 11 * minuteMs);
    // Other times are another matter.
    expect(setCourse(everySecond, before(off, null, now + 10 * minuteMs), now).nextAt).toBe(
      now + 1000,
    );
  });
});
