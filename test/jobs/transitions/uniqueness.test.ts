import { describe, expect, test } from "vitest";
import { isFreedByStart, onKeyHeld } from "../../../src/jobs/transitions/uniqueness.ts";

describe("a unique key that another job holds", () => {
  test.each([
    ["return", "queued", "return"],
    ["return", "running", "return"],
    ["replace", "queued", "replace"],
    ["replace", "running", "refuse"],
    ["refuse", "queued", "refuse"],
    ["refuse", "running", "refuse"],
  ] as const)("to %s, held by a job that is %s: %s", (onConflict, holder, answer) => {
    expect(onKeyHeld({ onConflict }, holder)).toBe(answer);
  });
});

test("only a key that is held while queued is freed by a start", () => {
  expect(isFreedByStart({ while: "queued" })).toBe(true);
  expect(isFreedByStart({ while: "unfinished" })).toBe(false);
});
