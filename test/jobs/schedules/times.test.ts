import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  listNewest,
  listNext,
  type Times,
  type Timing,
  takeAllSteps,
  timesOf,
} from "../../../src/jobs/schedules/times.ts";

const cron: Timing = {
  ...{ cron: "*/5 * * * *", everyMs: null, timeZone: "UTC", startAt: null, endAt: null },
};
const interval: Timing = { ...cron, cron: null, everyMs: 60_000 };
const now = Date.parse("2026-11-30T00:00Z");

/** A row of times that were written down. */
function rowOf(times: readonly number[]): Times {
  return { next: (after) => times.find((time) => time > after) ?? null };
}

describe("times", () => {
  test("an interval begins one interval after its anchor, and does not drift", () => {
    const times = timesOf(interval, now);
    expect(listNext(times, now, 3)).toEqual([now + 60_000, now + 120_000, now + 180_000]);
    expect(times.next(now + 61_234)).toBe(now + 120_000);
  });

  test("an interval with a start begins with it", () => {
    const startAt = now + 90_000;
    expect(listNext(timesOf({ ...interval, startAt }, now), now, 2)).toEqual([
      startAt,
      startAt + 60_000,
    ]);
    // It keeps its places where the start is past.
    expect(timesOf({ ...interval, startAt: now - 30_000 }, now).next(now)).toBe(now + 30_000);
  });

  test("a start and an end are times of their own", () => {
    const [startAt, endAt] = [now + 300_000, now + 600_000];
    expect(listNext(timesOf({ ...cron, startAt, endAt }, now), now, 9)).toEqual([startAt, endAt]);
    expect(timesOf({ ...cron, endAt: now }, now).next(now)).toBe(null);
  });

  const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe");
  const patterns = fc.constantFrom(
    ...["* * * * *", "*/7 * * * *", "30 2 * * *", "15 1,2,3 * * 0", "0 0 29 2 *", "0 0 L * *"],
    ...["*/20 */9 2 * * *", "0 0 1 1 +MON", "59 59 23 31 12 *", "0 12 15W * *"],
  );
  const timings = fc.oneof(
    fc
      .record({ pattern: patterns, zone: zones })
      .map(({ pattern, zone }): Timing => ({ ...cron, cron: pattern, timeZone: zone })),
    fc.integer({ min: 1000, max: 31_536_000_000 }).map((everyMs) => ({ ...interval, everyMs })),
  );
  const moments = fc.integer({ min: now, max: now + 4 * 365 * 86_400_000 });

  test("they grow, by a second at least, and the next one is the next from wherever one looks", () => {
    fc.assert(
      fc.property(
        timings,
        moments,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (timing, at, part) => {
          const times = timesOf(timing, now);
          const found = listNext(times, at, 5);
          expect(found).toHaveLength(5);
          let last = at;
          for (const [index, time] of found.entries()) {
            expect(time).toBeGreaterThan(last);
            if (index > 0) expect(time - last).toBeGreaterThanOrEqual(1000);
            expect(times.next(last + Math.floor((time - last) * part))).toBe(time);
            last = time;
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test("the newest ones are the last of all", () => {
    const rows = fc
      .uniqueArray(fc.integer({ min: 1, max: 2000 }), { maxLength: 60 })
      .map((seconds) => seconds.sort((a, b) => a - b).map((second) => second * 1000));
    const place = fc.integer({ min: 0, max: 2_100_000 });
    fc.assert(
      fc.property(rows, place, place, fc.integer({ min: 1, max: 70 }), (row, after, upTo, most) => {
        const inside = row.filter((time) => time > after && time <= upTo);
        expect(takeAllSteps(listNewest(rowOf(row), after, upTo, most))).toEqual(
          inside.slice(-most),
        );
      }),
    );
  });

  test("the newest of a year of seconds is found in a few steps", () => {
    let steps = 0;
    const seconds: Times = {
      next: (after) => {
        steps++;
        return (Math.floor(after / 1000) + 1) * 1000;
      },
    };
    const year = 365 * 86_400_000;
    expect(takeAllSteps(listNewest(seconds, now, now + year, 100)).at(0)).toBe(now + year - 99_000);
    expect(steps).toBeLessThan(500);
  });
});
