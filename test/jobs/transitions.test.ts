import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterLoss, isSuspect, type LostJob } from "../../src/jobs/transitions.ts";

const lost: LostJob = {
  attempts: 1,
  maxAttempts: 3,
  backoffMs: 1000,
  losses: 0,
  cancelRequested: false,
};
const noLuck = () => 0;

describe("an attempt that was lost with its worker", () => {
  test("counts where it was the only one, and the job runs again at once the first time", () => {
    expect(afterLoss(lost, true, noLuck)).toEqual({ to: "queued", counts: true, pauseMs: 0 });
  });

  test("does not count where there were others", () => {
    expect(afterLoss({ ...lost, attempts: 3 }, false, noLuck)).toEqual({
      to: "queued",
      counts: false,
      pauseMs: 0,
    });
  });

  test("is followed by a pause from the second loss in a row on, longer each time", () => {
    const pauses = [1, 2, 3].map((losses) => afterLoss({ ...lost, losses }, true, noLuck));
    expect(pauses.map((after) => after.to === "queued" && after.pauseMs)).toEqual([
      500, 1000, 2000,
    ]);
  });

  test("counts in any case once the job is a suspect: two losses make it one", () => {
    expect([0, 1, 2, 3].map(isSuspect)).toEqual([false, false, true, true]);
    const suspect = { ...lost, losses: 2 };
    expect(afterLoss(suspect, false, noLuck)).toMatchObject({ to: "queued", counts: true });
    expect(afterLoss({ ...suspect, attempts: 3 }, false, noLuck)).toEqual({ to: "failed" });
  });

  test("was the last one where it counts and none is left, and where the client wished so", () => {
    expect(afterLoss({ ...lost, attempts: 3 }, true, noLuck)).toEqual({ to: "failed" });
    const cancelled = { ...lost, cancelRequested: true };
    expect(afterLoss(cancelled, false, noLuck)).toEqual({ to: "cancelled" });
  });
});

test("whatever runs beside it, a job that loses its worker each time has failed in the end", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.infiniteStream(fc.boolean()),
      (maxAttempts, neighbours) => {
        let [attempts, losses] = [0, 0];
        for (const wasAlone of neighbours) {
          const job = { ...lost, attempts: ++attempts, maxAttempts, losses };
          const after = afterLoss(job, wasAlone, noLuck);
          losses++;
          if (after.to === "failed") break;
          if (after.to === "queued" && !after.counts) attempts--;
        }
        expect(attempts).toBe(maxAttempts);
        expect(losses).toBeLessThanOrEqual(maxAttempts + 2);
      },
    ),
  );
});
