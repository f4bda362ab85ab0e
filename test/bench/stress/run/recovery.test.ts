import { describe, expect, test } from "vitest";
import type { Interval } from "../../../../bench/load/result.ts";
import { viewRecovery } from "../../../../bench/stress/run/recovery.ts";

/** Intervals of 100 ms, each with one answer that took so long; null has none, "x" a failure. */
function intervals(answers: readonly (number | null | "x")[]): Interval[] {
  return answers.map((answer, index) => ({
    atMs: index * 100,
    lengthMs: 100,
    sent: 1,
    correct: typeof answer === "number" ? 1 : 0,
    failed: answer === "x" ? 1 : 0,
    p50: typeof answer === "number" ? answer : null,
    p99: null,
    inFlight: 0,
  }));
}

const times = (count: number, answer: number | null) => Array.from({ length: count }, () => answer);

describe("recovery", () => {
  test("is at once where all was normal", () => {
    const view = viewRecovery(intervals(times(30, 10)), 50);
    expect(view).toEqual({ afterMs: 0, calm: true, settledP50: 10 });
  });

  test("is the end of the last interval that was late or had a failure", () => {
    const late = viewRecovery(intervals([10, 80, 10, 60, ...times(30, 20)]), 50);
    expect(late).toEqual({ afterMs: 400, calm: true, settledP50: 20 });
    const failed = viewRecovery(intervals([10, "x", ...times(30, 20)]), 50);
    expect(failed.afterMs).toBe(200);
  });

  test("takes three seconds and ten answers to be told", () => {
    expect(viewRecovery(intervals([80, ...times(29, 10)]), 50).calm).toBe(false);
    expect(viewRecovery(intervals([80, ...times(9, 10), ...times(30, null)]), 50).calm).toBe(false);
    expect(viewRecovery(intervals([80, ...times(10, 10), ...times(20, null)]), 50).calm).toBe(true);
  });

  test("has not come where nothing was seen", () => {
    expect(viewRecovery([], 50)).toEqual({ afterMs: 0, calm: false, settledP50: null });
  });
});
