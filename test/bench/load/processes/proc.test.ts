import { expect, test } from "vitest";
import { parseStat } from "../../../../bench/load/processes/proc.ts";

test("a name with spaces and parentheses does not shift the fields", () => {
  const text =
    "42 (a) b (c) S 7 42 42 0 -1 4194560 100 0 0 0 150 25 30 5 20 0 11 0 123 456 789 18446744073709551615 0 0\n";
  expect(parseStat(text)).toEqual({
    pid: 42,
    parentPid: 7,
    userMs: 1_500,
    systemMs: 250,
    endedChildrenMs: 350,
    threads: 11,
  });
});

test("what is cut short is no stat", () => {
  expect(parseStat("")).toBeNull();
  expect(parseStat("42 (node) S 7 42")).toBeNull();
});
