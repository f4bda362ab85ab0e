import { expect, test } from "vitest";
import { type EndedRun, Window } from "../../../src/worker/watch/window.ts";

/** A run of 2 ms that has waited for 1 ms; the number says when it began. */
function runOf(run: number, given: Partial<EndedRun> = {}): EndedRun {
  const startedAt = 1000 + 3 * run;
  return {
    ...{ run, row: 0, thread: null, task: "hash", lane: "live", executor: "inline" },
    ...{ job: null, attempt: null, isBorrowed: false },
    ...{ acceptedAt: startedAt - 1, startedAt, endedAt: startedAt + 2 },
    ...{ cpuMs: 2, outcome: "succeeded" },
    ...given,
  };
}

/** A window with so many runs. */
function windowOf(count: number, given: Partial<EndedRun> = {}): Window {
  const window = new Window();
  for (let run = 1; run <= count; run++) window.add(runOf(run, given), false);
  return window;
}

test("twenty runs are told one by one", () => {
  const window = windowOf(20);
  expect(window.runs.map(({ run }) => run)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  expect(window.groups).toEqual([]);
});

test("more of them are told as a group, which has all that there were", () => {
  const window = windowOf(21);
  window.add(runOf(22, { endedAt: 1066 + 50, outcome: "task-failed" }), false);
  expect(window.runs).toEqual([]);
  expect(window.groups).toEqual([
    {
      ...{ row: 0, task: "hash", lane: "live", count: 22, failed: 1 },
      ...{ from: 1003, to: 1116, busyMs: 21 * 2 + 50, longestMs: 50, queuedMs: 22 },
    },
  ]);
});

test("each row, task and lane is a group of its own", () => {
  const window = windowOf(21);
  window.add(runOf(22, { row: 1 }), false);
  window.add(runOf(23, { task: "primes" }), false);
  window.add(runOf(24, { lane: "jobs" }), false);
  expect(window.groups.map(({ row, task, lane, count }) => [row, task, lane, count])).toEqual([
    [0, "hash", "live", 21],
    [1, "hash", "live", 1],
    [0, "primes", "live", 1],
    [0, "hash", "jobs", 1],
  ]);
});

test("a long run, and one whose start was told, is told by itself", () => {
  const window = windowOf(30);
  window.add(runOf(31, { endedAt: 1093 + 100 }), false);
  window.add(runOf(32), true);
  expect(window.runs.map(({ run }) => run)).toEqual([31, 32]);
  expect(window.groups.map(({ count }) => count)).toEqual([30]);
});

test("is empty until something is in it", () => {
  expect(new Window().isEmpty).toBe(true);
  expect(windowOf(1).isEmpty).toBe(false);
  expect(windowOf(21).isEmpty).toBe(false);
  const ended = new Window();
  ended.addThreadEnd({ at: 1, reason: "crashed" });
  expect(ended.isEmpty).toBe(false);
});

test("tells of ten threads at most: a task may end one in each run", () => {
  const window = new Window();
  for (let at = 0; at < 50; at++) window.addThreadEnd({ at, reason: "crashed" });
  expect(window.threadEnds.map(({ at }) => at)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("is full when it would make a large note", () => {
  const window = windowOf(21);
  for (let row = 1; row < 999; row++) window.add(runOf(row, { row }), false);
  expect(window.isFull).toBe(false);
  window.add(runOf(1, { row: 999 }), false);
  expect(window.isFull).toBe(true);
  expect(window.groups).toHaveLength(1000);
});
