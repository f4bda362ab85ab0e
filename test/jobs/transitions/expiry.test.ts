import { expect, test } from "vitest";
import {
  isOverdue,
  mayStillExpire,
  startBeforeOfRetry,
} from "../../../src/jobs/transitions/expiry.ts";
import { afterEnd, afterLoss, type Requeued } from "../../../src/jobs/transitions/transitions.ts";

test("a job expires at its time, and one without a time never", () => {
  expect([9, 10, 11].map((now) => isOverdue(10, now))).toEqual([false, true, true]);
  expect(isOverdue(null, Number.MAX_SAFE_INTEGER)).toBe(false);
});

test("of what goes back to the queue, only what was handed back may still expire", () => {
  const job = { attempts: 1, maxAttempts: 3, backoffMs: 0, losses: 0, cancelRequested: false };
  const error = { type: "task-failed", detail: "no luck" };
  const ends = [
    { kind: "handed-back" } as const,
    { kind: "failed", error, retry: true } as const,
    { kind: "snoozed", pauseMs: 0 } as const,
  ].map((ending) => afterEnd(job, ending, () => 0));
  const all = [...ends, afterLoss(job, true, () => 0)] as Requeued[];
  expect(all.map(mayStillExpire)).toEqual([true, false, false, false]);
});

test("a retry by hand keeps a time that is to come, and drops one that is over", () => {
  expect([9, 10, null].map((time) => startBeforeOfRetry(time, 9))).toEqual([null, 10, null]);
});
