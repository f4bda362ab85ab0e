import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ended } from "../../../src/jobs/assignment.ts";
import { isFinal, jobStates } from "../../../src/jobs/job.ts";
import { pauseMs } from "../../../src/jobs/transitions/retry.ts";
import {
  afterEnd,
  afterLoss,
  isRepeated,
  isSuspect,
  onCancel,
  type RunningJob,
} from "../../../src/jobs/transitions/transitions.ts";
import { longestPauseMs, shortestSnoozeMs } from "../../../src/tasks/decision.ts";

const job: RunningJob = {
  attempts: 1,
  maxAttempts: 3,
  backoffMs: 1000,
  losses: 0,
  cancelRequested: false,
};
const noLuck = () => 0;
const error = { type: "task-failed", detail: "no" };
const failed: Ended = { kind: "failed", error, retry: true };
const report = { executor: "inline", queuedMs: 1, ranMs: 2, cpuMs: null };

describe("an attempt that its worker ended", () => {
  test("with a result has succeeded, and the result is kept as it is", () => {
    const ending: Ended = { kind: "succeeded", result: "[]", bytesAt: 1 };
    expect(afterEnd(job, ending, noLuck)).toEqual({ to: "succeeded", result: "[]", bytesAt: 1 });
  });

  test("with a failure is made again after a pause, while attempts are left", () => {
    const again = { to: "queued", losses: 0, error };
    expect(afterEnd(job, failed, noLuck)).toEqual({ ...again, attempts: 1, pauseMs: 500 });
    const second = { ...job, attempts: 2, losses: 4 };
    expect(afterEnd(second, failed, noLuck)).toEqual({ ...again, attempts: 2, pauseMs: 1000 });
    expect(afterEnd({ ...job, attempts: 3 }, failed, noLuck)).toEqual({ to: "failed", error });
  });

  test("with a failure that another attempt would repeat has failed", () => {
    expect(afterEnd(job, { ...failed, retry: false }, noLuck)).toEqual({ to: "failed", error });
  });

  test("with a failure and a pause of the task waits for that, and counts", () => {
    const again = { to: "queued", attempts: 1, losses: 0, error };
    for (const [asked, pauseMs] of [
      [0, 0],
      [5000, 5000],
      [0.5, 1],
      [-1, 0],
      [1e15, longestPauseMs],
    ] as const) {
      const after = afterEnd(job, { ...failed, pauseMs: asked }, noLuck);
      expect(after).toEqual({ ...again, pauseMs });
    }
    const last = { ...job, attempts: 3 };
    expect(afterEnd(last, { ...failed, pauseMs: 5 }, noLuck)).toEqual({ to: "failed", error });
  });

  test("and snoozed does not count, has no error, and waits long enough", () => {
    const last = { ...job, attempts: 3, losses: 2 };
    const back = { to: "queued", attempts: 2, losses: 0, error: null };
    for (const [asked, pauseMs] of [
      [5000, 5000],
      [0, 100],
      [-1e15, 100],
      [1e15, longestPauseMs],
    ] as const) {
      const after = afterEnd(last, { kind: "snoozed", pauseMs: asked }, noLuck);
      expect(after).toEqual({ ...back, pauseMs });
    }
  });

  test("and handed back does not count, keeps its losses, and waits for nothing", () => {
    const suspect = { ...job, attempts: 3, losses: 2 };
    const back = { to: "queued", attempts: 2, losses: 2, pauseMs: 0, error: null };
    expect(afterEnd(suspect, { kind: "handed-back" }, noLuck)).toEqual(back);
  });

  test("is cancelled if the client asked for that, however it ended", () => {
    const endings: Ended[] = [
      failed,
      { kind: "succeeded", result: "1" },
      { kind: "cancelled", report },
      { kind: "handed-back", report },
    ];
    for (const ending of endings) {
      const cancelled = { ...job, cancelRequested: true };
      expect(afterEnd(cancelled, ending, noLuck)).toEqual({ to: "cancelled" });
    }
    expect(afterEnd(job, { kind: "cancelled", report }, noLuck)).toEqual({ to: "cancelled" });
  });

  test("and cancelled before its run started does not count", () => {
    const second = { ...job, attempts: 2 };
    const cancelled = { to: "cancelled", attempts: 1 };
    expect(afterEnd(second, { kind: "cancelled" }, noLuck)).toEqual(cancelled);
    const asked = { ...second, cancelRequested: true };
    expect(afterEnd(asked, { kind: "handed-back" }, noLuck)).toEqual(cancelled);
  });
});

test("a cancel ends a job that waits, stops one that runs, and leaves one that is final", () => {
  expect(jobStates.map((state) => [state, onCancel(state)])).toEqual([
    ["queued", "end"],
    ["running", "stop"],
    ...jobStates.filter(isFinal).map((state) => [state, "nothing"]),
  ]);
});

test("a key repeats a submission if one form of the payload is the same", () => {
  const key = { name: "k", fingerprints: ["a", "b"] } as const;
  expect(isRepeated(key, ["x", "b"])).toBe(true);
  expect(isRepeated(key, ["x"])).toBe(false);
});

describe("an attempt that was lost with its worker", () => {
  test("counts if it was the only one, and the first time the job runs again at once", () => {
    expect(afterLoss(job, true, noLuck)).toMatchObject({
      ...{ to: "queued", attempts: 1, losses: 1, pauseMs: 0 },
      error: { type: "worker-lost", detail: "The worker ended during attempt 1 of 3." },
    });
  });

  test("does not count if the worker ran others", () => {
    expect(afterLoss({ ...job, attempts: 3 }, false, noLuck)).toMatchObject({
      ...{ to: "queued", attempts: 2, losses: 1, pauseMs: 0 },
      error: { detail: expect.stringMatching(/does not count\.$/) },
    });
  });

  test("is followed by a pause from the second loss in a row on, longer each time", () => {
    const pauses = [1, 2, 3].map((losses) => afterLoss({ ...job, losses }, true, noLuck));
    expect(pauses.map((after) => after.to === "queued" && after.pauseMs)).toEqual([
      500, 1000, 2000,
    ]);
  });

  test("always counts once the job is a suspect: two losses make it one", () => {
    expect([0, 1, 2, 3].map(isSuspect)).toEqual([false, false, true, true]);
    const suspect = { ...job, losses: 2 };
    expect(afterLoss(suspect, false, noLuck)).toMatchObject({ to: "queued", attempts: 1 });
    expect(afterLoss({ ...suspect, attempts: 3 }, false, noLuck)).toMatchObject({ to: "failed" });
  });

  test("is the last one if it counts and none is left, or if the client cancelled the job", () => {
    expect(afterLoss({ ...job, attempts: 3 }, true, noLuck)).toMatchObject({ to: "failed" });
    const cancelled = { ...job, cancelRequested: true };
    expect(afterLoss(cancelled, false, noLuck)).toEqual({ to: "cancelled" });
  });
});

test("a job that loses its worker each time fails in the end, whatever runs beside it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.infiniteStream(fc.boolean()),
      (maxAttempts, neighbours) => {
        let [attempts, losses] = [0, 0];
        for (const wasAlone of neighbours) {
          const again = { ...job, attempts: ++attempts, maxAttempts, losses };
          const after = afterLoss(again, wasAlone, noLuck);
          losses++;
          if (after.to === "failed") break;
          if (after.to === "queued") attempts = after.attempts;
        }
        expect(attempts).toBe(maxAttempts);
        expect(losses).toBeLessThanOrEqual(maxAttempts + 2);
      },
    ),
  );
});

const ended: fc.Arbitrary<Ended> = fc.oneof(
  fc.record({ kind: fc.constant("succeeded" as const), result: fc.json() }),
  fc.record({
    kind: fc.constant("failed" as const),
    error: fc.constant(error),
    retry: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("failed" as const),
    error: fc.constant(error),
    retry: fc.boolean(),
    pauseMs: fc.integer({ max: 2 ** 40 }),
  }),
  fc.record({ kind: fc.constant("snoozed" as const), pauseMs: fc.integer({ max: 2 ** 40 }) }),
  fc.constant({ kind: "handed-back" as const }),
  fc.constant({ kind: "cancelled" as const }),
);
const fate = fc.oneof(ended, fc.record({ wasAlone: fc.boolean() }));

test("whatever happens to a job, no more than maxAttempts count", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.nat(10_000),
      fc.boolean(),
      fc.array(fate, { maxLength: 40 }),
      (maxAttempts, backoffMs, cancelRequested, fates) => {
        let [attempts, losses] = [0, 0];
        for (const each of fates) {
          const now = { attempts: attempts + 1, maxAttempts, backoffMs, losses, cancelRequested };
          expect(now.attempts).toBeLessThanOrEqual(maxAttempts);
          const after =
            "kind" in each ? afterEnd(now, each, noLuck) : afterLoss(now, each.wasAlone, noLuck);
          if (cancelRequested) expect(after.to).toBe("cancelled");
          if (after.to !== "queued") return;
          expect([attempts, attempts + 1]).toContain(after.attempts);
          const longest = pauseMs(backoffMs, Math.max(now.attempts, after.losses), () => 1);
          const isAsked = "pauseMs" in each && each.pauseMs !== undefined;
          expect(after.pauseMs).toBeLessThanOrEqual(isAsked ? longestPauseMs : longest);
          if ("kind" in each && each.kind === "snoozed") {
            expect(after.attempts).toBe(attempts);
            expect(after.pauseMs).toBeGreaterThanOrEqual(shortestSnoozeMs);
          }
          ({ attempts, losses } = after);
        }
      },
    ),
  );
});
