import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cronTimes, findCronFault } from "../../../src/jobs/schedules/cron.ts";
import { listNext } from "../../../src/jobs/schedules/times.ts";

const minuteMs = 60_000;

function next(pattern: string, zone: string, after: string, count = 3): string[] {
  const times = listNext(cronTimes(pattern, zone), Date.parse(after), count);
  return times.map((time) => new Date(time).toISOString().replace(/:00\.000Z$/, "Z"));
}

describe("a pattern", () => {
  test.each([
    "* * * * *",
    "*/5 * * * *",
    "*/10 * * * * *",
    "0 9-17 * * MON-FRI",
    "30 4 1,15 * *",
    "0 0 L * *",
    "0 0 LW * *",
    "0 0 15W * *",
    "0 0 * * FRI#L",
    "0 0 * * 5#2",
    "0 12 1 * +MON",
    "? ? ? ? ?",
    "  5   4\t* * * ",
    "@daily",
    "@Hourly",
  ])("is valid: %s", (pattern) => {
    expect(findCronFault(pattern)).toBe(undefined);
    expect(next(pattern, "UTC", "2026-11-30T00:00Z")).toHaveLength(3);
  });

  test.each([
    ["", "must have 5 fields"],
    ["* * * *", "must have 5 fields"],
    ["* * * * * * 2027", "must have 5 fields"],
    ["60 * * * *", "Invalid value for minute: 60"],
    ["* 24 * * *", "Invalid value for hour: 24"],
    ["* * 0 * *", "Invalid value for day"],
    ["* * * 13 *", "Invalid value for month"],
    ["* * * * 8", "Invalid value for dayOfWeek: 8"],
    ["*/0 * * * *", "illegal stepping: 0"],
    ["5/15 * * * *", "Use wildcard (*/step) or range (min-max/step) instead"],
    ["0 0 * * FRI-MON", "From value is larger than to value"],
    ["1,,2 * * * *", "is empty"],
    ["a * * * *", "illegal characters"],
    ["2026-12-01T00:00:00", "must have 5 fields"],
    ["@reboot", "@hourly"],
    ["@nonesuch", "@daily"],
    [`${"0,".repeat(200)}0 * * * *`, "at most 200 characters"],
  ])("is refused with the reason: %s", (pattern, reason) => {
    expect(findCronFault(pattern)).toContain(reason);
  });

  test.each([
    ["0 0 30 2 *", "UTC"],
    ["0 0 31 4,6,9,11 *", "Europe/Berlin"],
    // An hour that is left out each time that this day comes.
    ["* 2 25-31 3 +SUN", "Europe/Berlin"],
    ["* * 2 25-31 3 +SUN", "Europe/Berlin"],
  ])("may never be due: %s", (pattern, zone) => {
    expect(findCronFault(pattern)).toBe(undefined);
    expect(next(pattern, zone, "2026-11-30T00:00Z")).toEqual([]);
  });

  test("29 February is due in leap years, also where the century has none", () => {
    expect(next("0 0 29 2 *", "UTC", "2026-11-30T00:00Z", 2)).toEqual([
      "2028-02-29T00:00Z",
      "2032-02-29T00:00Z",
    ]);
    expect(next("0 0 29 2 *", "UTC", "2096-03-01T00:00Z", 1)).toEqual(["2104-02-29T00:00Z"]);
    expect(next("0 0 29 2 +MON", "UTC", "2072-03-01T00:00Z", 1)).toEqual(["2112-02-29T00:00Z"]);
  });
});

describe("where clocks are set", () => {
  test.each([
    [
      "a time of day that does not exist is due when the clocks have been set",
      ["30 2 * * *", "Europe/Berlin", "2027-03-27T12:00Z"],
      ["2027-03-28T01:00Z", "2027-03-29T00:30Z", "2027-03-30T00:30Z"],
    ],
    [
      "a time of day that comes twice is due the first time",
      ["30 2 * * *", "Europe/Berlin", "2027-10-30T12:00Z"],
      ["2027-10-31T00:30Z", "2027-11-01T01:30Z", "2027-11-02T01:30Z"],
    ],
    [
      "a list of times of day is due for each of them",
      ["30 2,14 * * *", "Europe/Berlin", "2027-03-27T14:00Z"],
      ["2027-03-28T01:00Z", "2027-03-28T12:30Z", "2027-03-29T00:30Z"],
    ],
    [
      "times of day that do not exist are due once, together",
      ["0,20,40 2 * * *", "America/New_York", "2027-03-14T00:00Z"],
      ["2027-03-14T07:00Z", "2027-03-15T06:00Z", "2027-03-15T06:20Z"],
    ],
    [
      "what goes by elapsed time skips the hour that does not exist",
      ["*/30 * * * *", "America/New_York", "2027-03-14T06:00Z"],
      ["2027-03-14T06:30Z", "2027-03-14T07:00Z", "2027-03-14T07:30Z"],
    ],
    [
      "an hour that does not exist has none of its minutes",
      ["*/30 2 * * *", "America/New_York", "2027-03-13T08:00Z"],
      ["2027-03-15T06:00Z", "2027-03-15T06:30Z", "2027-03-16T06:00Z"],
    ],
    [
      "what goes by elapsed time runs through the hour that comes twice",
      ["*/30 1 * * *", "America/New_York", "2027-11-07T05:15Z"],
      ["2027-11-07T05:30Z", "2027-11-07T06:00Z", "2027-11-07T06:30Z"],
    ],
    [
      "clocks may be set by half an hour: forward",
      ["15 2 * * *", "Australia/Lord_Howe", "2027-10-02T00:00Z"],
      ["2027-10-02T15:30Z", "2027-10-03T15:15Z", "2027-10-04T15:15Z"],
    ],
    [
      "clocks may be set by half an hour: back",
      ["45 1 * * *", "Australia/Lord_Howe", "2027-04-03T00:00Z"],
      ["2027-04-03T14:45Z", "2027-04-04T15:15Z", "2027-04-05T15:15Z"],
    ],
    [
      "midnight may not exist",
      ["0 0 * * *", "America/Havana", "2027-03-13T06:00Z"],
      ["2027-03-14T05:00Z", "2027-03-15T04:00Z", "2027-03-16T04:00Z"],
    ],
  ] as const)("%s", (_, [pattern, zone, after], expected) => {
    expect(next(pattern, zone, after)).toEqual(expected);
  });

  test("nothing is set in UTC", () => {
    expect(next("30 2 * * *", "UTC", "2027-03-27T12:00Z", 2)).toEqual([
      "2027-03-28T02:30Z",
      "2027-03-29T02:30Z",
    ]);
  });
});

/** A time when clocks are set, in each zone. */
const settings = [
  ["Europe/Berlin", "2027-03-28T01:00Z"],
  ["Europe/Berlin", "2027-10-31T01:00Z"],
  ["America/New_York", "2027-03-14T07:00Z"],
  ["America/New_York", "2027-11-07T06:00Z"],
  ["Australia/Lord_Howe", "2027-10-02T15:30Z"],
  ["Australia/Lord_Howe", "2027-04-03T15:00Z"],
  ["Asia/Kathmandu", "2027-06-01T00:00Z"],
  ["UTC", "2028-02-29T12:00Z"],
] as const;

const setting = fc.constantFrom(...settings);

/** A field that has a step, and the values that it stands for. */
function stepped(size: number) {
  return fc.integer({ min: 1, max: size - 1 }).map((step) => ({
    text: `*/${step}`,
    values: Array.from({ length: size }, (_, value) => value).filter((value) => value % step === 0),
  }));
}

function listed(size: number) {
  return fc
    .uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 4 })
    .map((values) => ({ text: values.join(","), values }));
}

interface Shown {
  readonly time: number;
  readonly hour: number;
  readonly minute: number;
  readonly day: number;
}

/** What the clocks of a zone show in each minute of 2 days around a time. */
const shownAround = new Map(
  settings.map(([zone, at]) => {
    const format = new Intl.DateTimeFormat("en-GB", {
      ...{ timeZone: zone, hour: "numeric", minute: "numeric", day: "numeric" },
    });
    const first = Date.parse(at) - 24 * 60 * minuteMs;
    const minutes = Array.from({ length: 2 * 24 * 60 }, (_, index): Shown => {
      const time = first + index * minuteMs;
      const parts = format.formatToParts(time).map(({ type, value }) => [type, Number(value)]);
      return { time, ...(Object.fromEntries(parts) as Omit<Shown, "time">) };
    });
    return [at, minutes];
  }),
);

/** The times of a pattern in these minutes, after one of them. */
function timesIn(
  minutes: readonly Shown[],
  pattern: string,
  zone: string,
  after = (minutes[0]?.time ?? 0) - 1,
): number[] {
  const end = (minutes.at(-1)?.time ?? 0) + minuteMs;
  const times = cronTimes(pattern, zone);
  const found: number[] = [];
  for (let time = times.next(after); time !== null && time < end; time = times.next(time)) {
    found.push(time);
  }
  return found;
}

describe("every time, and no other", () => {
  test("what goes by elapsed time is due in each minute whose clock time it names", () => {
    fc.assert(
      fc.property(setting, stepped(60), listed(24), ([zone, at], minute, hour) => {
        const minutes = shownAround.get(at) ?? [];
        const expected = minutes.filter(
          (shown) => minute.values.includes(shown.minute) && hour.values.includes(shown.hour),
        );
        const found = timesIn(minutes, `${minute.text} ${hour.text} * * *`, zone);
        expect(found).toEqual(expected.map(({ time }) => time));
      }),
      { numRuns: 30 },
    );
  });

  test("a time of day is due once a day, also on days that do not have it or have it twice", () => {
    fc.assert(
      fc.property(setting, fc.nat(59), fc.nat(23), ([zone, at], minute, hour) => {
        const minutes = shownAround.get(at) ?? [];
        const wanted = hour * 60 + minute;
        // The first minute of each day that shows the time or a later one, after one that did not.
        const expected = minutes.filter((shown, index) => {
          const before = minutes[index - 1];
          if (!before || shown.hour * 60 + shown.minute < wanted) return false;
          if (before.day !== shown.day) return wanted === 0 || shown.hour * 60 + shown.minute > 0;
          const earlier = minutes.slice(0, index).filter(({ day }) => day === shown.day);
          return earlier.every((each) => each.hour * 60 + each.minute < wanted);
        });
        const found = timesIn(minutes, `${minute} ${hour} * * *`, zone);
        // The first minute may be in the middle of a day.
        expect(found.filter((time) => time > (minutes[0]?.time ?? 0))).toEqual(
          expected.map(({ time }) => time),
        );
      }),
      { numRuns: 30 },
    );
  });

  test("seconds are those of the minutes that are due", () => {
    fc.assert(
      fc.property(setting, stepped(60), listed(60), fc.nat(120_000), (spot, second, minute, ms) => {
        const [zone, at] = spot;
        const after = Date.parse(at) - 60 * minuteMs + ms;
        const minutes = (shownAround.get(at) ?? []).slice(0, 26 * 60);
        const pattern = `${second.text} ${minute.text} * * * *`;
        const found = timesIn(minutes, pattern, zone, after);
        const expected = minutes
          .filter((shown) => minute.values.includes(shown.minute))
          .flatMap(({ time }) => second.values.map((each) => time + each * 1000))
          .filter((time) => time > after);
        expect(found).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});
