import fc from "fast-check";
import { expect, test } from "vitest";
import {
  afterAttempt,
  longestRetryAfterMs,
  mostTries,
  pausesMs,
} from "../../../src/jobs/transitions/deliveries.ts";

const hourMs = 3_600_000;

function attempt(status: number | null, error: string | null, retryAfterMs: number | null = null) {
  return { startedAt: 0, durationMs: 1, status, error, retryAfterMs };
}

const refused = attempt(500, "the answer was 500");

test("a webhook that arrived is delivered, however often it was tried", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), (tries) => {
      expect(afterAttempt(tries, attempt(204, null), Math.random)).toEqual({ to: "delivered" });
    }),
  );
});

test("it is tried eight times over most of a day, with growing pauses", () => {
  expect(mostTries).toBe(8);
  const longest = pausesMs.reduce((sum, pause) => sum + pause, 0);
  expect(longest).toBeLessThan(24 * hourMs);
  const pauses = pausesMs.map((_, index) => {
    const after = afterAttempt(index + 1, refused, () => 0);
    return after.to === "pending" ? after.pauseMs : null;
  });
  expect(pauses).toEqual(pausesMs);
  expect(pauses).toEqual(pausesMs.toSorted((one, other) => one - other));
  expect(afterAttempt(mostTries, refused, Math.random)).toEqual({ to: "failed" });
});

test("at most a fifth of a pause is taken off at random", () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: mostTries - 1 }), share, (tries, random) => {
      const after = afterAttempt(tries, refused, () => random);
      const whole = pausesMs[tries - 1] ?? 0;
      if (after.to !== "pending") throw new Error("not tried again");
      expect(after.pauseMs).toBeGreaterThanOrEqual(0.8 * whole);
      expect(after.pauseMs).toBeLessThanOrEqual(whole);
    }),
  );
});

test("410 Gone stops at once", () => {
  expect(afterAttempt(1, attempt(410, "gone"), Math.random)).toEqual({ to: "failed" });
});

test("Retry-After makes a pause longer, never shorter, and never longer than a day", () => {
  const pauseAfter = (retryAfterMs: number) => {
    const after = afterAttempt(2, attempt(503, "busy", retryAfterMs), () => 0);
    return after.to === "pending" && after.pauseMs;
  };
  expect(pauseAfter(0)).toBe(30_000);
  expect(pauseAfter(60_000)).toBe(60_000);
  expect(pauseAfter(1e12)).toBe(longestRetryAfterMs);
});
