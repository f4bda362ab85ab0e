import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Kind } from "../../src/config/kind.ts";
import { duration, printDuration, printSize, size } from "../../src/config/measures.ts";
import { queueLocation } from "../../src/config/queue-location.ts";
import { autoOr, choice, text, wholeNumber } from "../../src/config/values.ts";

function parsed<T>(kind: Kind<T, unknown>, given: string): T | undefined {
  const result = kind.parse(given);
  return result.ok ? result.value : undefined;
}

const longestTimerMs = 2 ** 31 - 1;

describe("a printed value parses to itself", () => {
  test.each<[string, Kind<number, unknown>, (value: number) => string, number, number]>([
    ["whole numbers", wholeNumber(0, 65_535), String, 0, 65_535],
    ["times", duration(1, longestTimerMs), printDuration, 1, longestTimerMs],
    ["sizes", size(0, 2 ** 40), printSize, 0, 2 ** 40],
  ])("%s", (_name, kind, print, min, max) => {
    const inside = fc.oneof(
      fc.integer({ min, max }),
      fc.constantFrom(1000, 60_000, 1024, 65_535).filter((value) => value <= max),
    );
    fc.assert(
      fc.property(inside, (value) => {
        expect(parsed(kind, print(value))).toBe(value);
      }),
    );
  });

  test("auto", () => {
    const kind = autoOr(wholeNumber(1, 8));
    expect([parsed(kind, "auto"), parsed(kind, "3")]).toEqual(["auto", 3]);
  });
});

describe("a value outside of its bounds is refused", () => {
  test("property", () => {
    const kind = wholeNumber(10, 20);
    fc.assert(
      fc.property(fc.nat(), (value) => {
        expect(kind.parse(String(value)).ok).toBe(value >= 10 && value <= 20);
      }),
    );
  });
});

test.each(["", " 1", "1 ", "1.5", "-1", "+1", "1e3", "0x10", "١", "Infinity", "NaN"])(
  "%j is no whole number",
  (given) => {
    expect(wholeNumber(0, 10_000).parse(given).ok).toBe(false);
  },
);

test.each([
  ["250ms", 250],
  ["10s", 10_000],
  ["2m", 120_000],
  ["1h", 3_600_000],
])("%s is %i ms", (given, ms) => {
  expect(parsed(duration(1, longestTimerMs), given)).toBe(ms);
});

test("a time without a unit is refused with the units to add", () => {
  expect(duration(1, 10).parse("10")).toEqual({
    ok: false,
    reason: "Add a unit: 10ms, 10s, 10m or 10h",
  });
});

test.each(["", "s", "1.5s", "-1s", "1 s", "10S", "1d", "0ms", "25h", "99999999999h"])(
  "%j is no time from 1ms to 24h",
  (given) => {
    expect(duration(1, 86_400_000).parse(given).ok).toBe(false);
  },
);

test.each([
  ["100", 100],
  ["100b", 100],
  ["512kb", 524_288],
  ["1mb", 1_048_576],
  ["1GB", 1_073_741_824],
])("%s is %i bytes", (given, bytes) => {
  expect(parsed(size(0, 2 ** 40), given)).toBe(bytes);
});

test.each(["", "kb", "1.5mb", "1kib", "1 kb", "-1", "9999999gb"])("%j is no size", (given) => {
  expect(size(0, 2 ** 40).parse(given).ok).toBe(false);
});

test("a value is printed in its largest whole unit", () => {
  expect([1, 1500, 60_000, 90_000, 86_400_000].map(printDuration)).toEqual([
    "1ms",
    "1500ms",
    "1m",
    "90s",
    "24h",
  ]);
  expect([0, 1, 1024, 1536, 1024 ** 3].map(printSize)).toEqual(["0", "1b", "1kb", "1536b", "1gb"]);
});

test("a choice is exact", () => {
  const kind = choice("N", ["one", "two", "three"]);
  expect(kind.allowed).toBe("one, two or three");
  expect(parsed(kind, "two")).toBe("two");
  expect(["Two", "", "tw"].map((given) => parsed(kind, given))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("a text has to match its pattern", () => {
  const kind = text("WORD", "letters", /^[a-z]+$/, "abc");
  expect([parsed(kind, "abc"), parsed(kind, "a c")]).toEqual(["abc", undefined]);
});

describe("where the jobs are kept", () => {
  test("a file's path is taken as it is given", () => {
    for (const path of ["manycore.db", "/var/lib/a b.db", "C:\\jobs.db", "../q"]) {
      const value = { kind: "sqlite", path } as const;
      expect(queueLocation.parse(`sqlite:${path}`)).toEqual({ ok: true, value });
    }
  });

  test("none takes no jobs", () => {
    expect(queueLocation.parse("none")).toEqual({ ok: true, value: { kind: "none" } });
  });

  test.each(["", "sqlite:", "sqlite", "None", "redis:x", "http://x"])("%j is refused", (given) => {
    expect(queueLocation.parse(given)).toEqual({ ok: false });
  });

  test.each(["manycore.db", "./q"])("a path alone is refused, with what is meant: %s", (given) => {
    const reason = `Did you mean sqlite:${given}?`;
    expect(queueLocation.parse(given)).toEqual({ ok: false, reason });
  });

  test.each(["postgres://me:word@h/jobs", "postgresql://h:5432/jobs", "postgres:x"])(
    "%j is refused, with what there is instead",
    (given) => {
      const reason = expect.stringMatching(/no queue in PostgreSQL.*redis:\/\/HOST:PORT.*sqlite/);
      expect(queueLocation.parse(given)).toEqual({ ok: false, reason });
      expect(queueLocation.shown?.(given)).not.toContain("word");
    },
  );

  test.each(["sqlite::memory:", "sqlite:file:jobs?mode=memory"])(
    "%s would end with the process",
    (given) => {
      expect(queueLocation.parse(given)).toEqual({
        ok: false,
        reason: "A queue is kept in a file",
      });
    },
  );
});
