import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ended } from "../../../src/jobs/assignment.ts";
import type { AttemptReport } from "../../../src/jobs/attempt.ts";
import { verdictOfEnd, verdictOfLoss } from "../../../src/jobs/transitions/past-attempt.ts";
import { afterEnd, afterLoss, type RunningJob } from "../../../src/jobs/transitions/transitions.ts";

const job: RunningJob = {
  attempts: 2,
  maxAttempts: 3,
  backoffMs: 1000,
  losses: 0,
  cancelRequested: false,
};
const noLuck = () => 0;
const error = { type: "task-failed", detail: "no" };
const report: AttemptReport = { executor: "inline", queuedMs: 1, ranMs: 2, cpuMs: null };

const verdictOf = (ended: Ended, more: Partial<RunningJob> = {}) => {
  const running = { ...job, ...more };
  return verdictOfEnd(running, ended, afterEnd(running, ended, noLuck));
};

describe("the history of an attempt", () => {
  test.each<[Ended, string, boolean]>([
    [{ kind: "succeeded", result: "1" }, "succeeded", true],
    [{ kind: "failed", error, retry: true }, "failed", true],
    [{ kind: "failed", error, retry: false }, "failed", true],
    [{ kind: "snoozed", pauseMs: 100 }, "snoozed", false],
    [{ kind: "handed-back", report }, "handed-back", false],
    [{ kind: "cancelled", report }, "cancelled", true],
  ])("%j: %s, counts: %s", (ended, outcome, counts) => {
    const told = ended.kind === "failed" ? error : null;
    expect(verdictOf(ended)).toEqual({ number: 2, outcome, counts, error: told });
  });

  test("has nothing of an attempt that never started", () => {
    expect(verdictOf({ kind: "handed-back" })).toBeUndefined();
    expect(verdictOf({ kind: "cancelled" })).toBeUndefined();
    // It failed before its run: its task is missing, or its input is refused.
    expect(verdictOf({ kind: "failed", error, retry: false })).toMatchObject({ outcome: "failed" });
  });

  test("says cancelled if the client asked for that, however the run ended", () => {
    const ended: Ended[] = [
      { kind: "succeeded", result: "1" },
      { kind: "failed", error, retry: true },
      { kind: "snoozed", pauseMs: 100 },
      { kind: "handed-back", report },
    ];
    const verdicts = ended.map((each) => verdictOf(each, { cancelRequested: true })?.outcome);
    expect(verdicts).toEqual(["cancelled", "cancelled", "cancelled", "cancelled"]);
  });

  test("says lost, and whether that counts", () => {
    const lost = (wasAlone: boolean, more: Partial<RunningJob> = {}) => {
      const running = { ...job, ...more };
      return verdictOfLoss(running, afterLoss(running, wasAlone, noLuck));
    };
    expect(lost(true)).toMatchObject({ number: 2, outcome: "lost", counts: true });
    expect(lost(false)).toMatchObject({ counts: false, error: { type: "worker-lost" } });
    expect(lost(true, { attempts: 3 })).toMatchObject({ counts: true });
    expect(lost(true, { cancelRequested: true })).toMatchObject({ outcome: "lost", error: null });
  });
});

const anyEnd: fc.Arbitrary<Ended> = fc
  .tuple(
    fc.constantFrom<Ended>(
      { kind: "succeeded", result: "1" },
      { kind: "failed", error, retry: true },
      { kind: "failed", error, retry: false },
      { kind: "cancelled" },
      { kind: "handed-back" },
    ),
    fc.option(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), { nil: undefined }),
    fc.boolean(),
  )
  .map(([ended, pauseMs, started]) => ({
    ...(pauseMs === undefined
      ? ended
      : ended.kind === "failed"
        ? { ...ended, pauseMs }
        : ended.kind === "handed-back"
          ? { kind: "snoozed" as const, pauseMs }
          : ended),
    ...(started && { report }),
  }));

const anyJob = fc.record({
  attempts: fc.integer({ min: 1, max: 5 }),
  maxAttempts: fc.integer({ min: 1, max: 5 }),
  backoffMs: fc.integer({ min: 0, max: 3_600_000 }),
  losses: fc.nat(4),
  cancelRequested: fc.boolean(),
});

test("an attempt counts just if the job counts it, whatever happens", () => {
  fc.assert(
    fc.property(anyJob, anyEnd, (running, ended) => {
      const to = afterEnd(running, ended, noLuck);
      const verdict = verdictOfEnd(running, ended, to);
      if (to.to !== "queued") return;
      if (verdict) expect(to.attempts).toBe(running.attempts - (verdict.counts ? 0 : 1));
      // What never started is never counted.
      else expect(to.attempts).toBe(running.attempts - 1);
    }),
  );
});
