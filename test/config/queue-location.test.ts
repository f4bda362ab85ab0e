import { expect, test } from "vitest";
import { queueLocation } from "../../src/config/queue-location.ts";

test("a file's path is taken as it is given", () => {
  for (const path of ["manycore.db", "/var/lib/a b.db", "C:\\jobs.db", "../q"]) {
    const value = { kind: "sqlite", path } as const;
    expect(queueLocation.parse(`sqlite:${path}`)).toEqual({ ok: true, value });
    expect(queueLocation.print(value)).toBe(`sqlite:${path}`);
  }
});

test("none turns jobs off", () => {
  expect(queueLocation.parse("none")).toEqual({ ok: true, value: { kind: "none" } });
});

test.each(["", "sqlite:", "sqlite", "None", "redis://x"])("%j is refused", (given) => {
  expect(queueLocation.parse(given)).toEqual({ ok: false });
});

test.each(["manycore.db", "./q"])("a path alone is refused, with what is meant: %s", (given) => {
  const reason = `Did you mean sqlite:${given}?`;
  expect(queueLocation.parse(given)).toEqual({ ok: false, reason });
});

test.each(["sqlite::memory:", "sqlite:file:jobs?mode=memory"])(
  "%s would not outlive the process",
  (given) => {
    expect(queueLocation.parse(given)).toEqual({ ok: false, reason: "A queue is kept in a file" });
  },
);
