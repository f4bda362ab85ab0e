import { describe, expect, test } from "vitest";
import { areGroups, areRuns, mostInNote } from "../../../src/telemetry/watch/contract.ts";
import type { SeenGroup, SeenRun } from "../../../src/telemetry/watch/seen.ts";

const run: SeenRun = {
  ...{ run: 1, row: 0, thread: null, task: "hash", lane: "live", executor: "inline" },
  ...{ job: null, attempt: null, isBorrowed: false },
  ...{ acceptedAt: 1.5, startedAt: 2, endedAt: null, cpuMs: null, outcome: null },
};
const job: SeenRun = {
  ...{ ...run, thread: 3, lane: "jobs", job: "AAAAAAAB51uJHEHC7qTu5w", attempt: 2 },
  ...{ endedAt: 3, cpuMs: 0.5, outcome: "succeeded" },
};
const group: SeenGroup = {
  ...{ row: 0, task: "hash", lane: "live", count: 30, failed: 1 },
  ...{ from: 1, to: 99.5, busyMs: 80, longestMs: 3, queuedMs: 12 },
};

describe("what a worker tells of its runs", () => {
  test("is taken as it is", () => {
    expect([areRuns([run, job]), areRuns([]), areGroups([group])]).toEqual([true, true, true]);
  });

  test.each(Object.keys(run))("is nothing if the %s of a run is missing or wrong", (field) => {
    const { [field as keyof SeenRun]: _, ...rest } = run;
    expect(areRuns([job, rest])).toBe(false);
    expect(areRuns([{ ...run, [field]: {} }])).toBe(false);
  });

  test.each(Object.keys(group))("is nothing if the %s of a group is missing or wrong", (field) => {
    const { [field as keyof SeenGroup]: _, ...rest } = group;
    expect(areGroups([rest])).toBe(false);
    expect(areGroups([{ ...group, [field]: null }])).toBe(false);
  });

  test.each([
    { ...run, more: "x".repeat(1000) },
    { ...run, task: "x".repeat(65) },
    { ...run, job: "x".repeat(129) },
    { ...run, outcome: "x".repeat(65) },
    { ...run, startedAt: Number.POSITIVE_INFINITY },
    { ...run, row: -1 },
    { ...run, row: 1e9 },
    { ...run, run: 0.5 },
    null,
    "run",
  ])("has no more than there is room for: %j", (forged) => {
    expect(areRuns([forged])).toBe(false);
  });

  test("is bounded in number", () => {
    expect(areRuns(Array(mostInNote).fill(run))).toBe(true);
    expect(areRuns(Array(mostInNote + 1).fill(run))).toBe(false);
    expect(areGroups(Array(mostInNote + 1).fill(group))).toBe(false);
  });
});
