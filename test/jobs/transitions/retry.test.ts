import fc from "fast-check";
import { expect, test } from "vitest";
import { maxBackoffMs } from "../../../src/jobs/limits.ts";
import { pauseMs } from "../../../src/jobs/transitions/retry.ts";

test("the pause doubles with each attempt; half of it is chance", () => {
  const pauses = [1, 2, 3, 4].map((attempts) => pauseMs(1000, attempts, () => 0));
  expect(pauses).toEqual([500, 1000, 2000, 4000]);
  expect(pauseMs(1000, 1, () => 0.999_999)).toBe(1000);
});

test("it stays between half of what is due and the longest pause", () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: maxBackoffMs }),
      fc.integer({ min: 1, max: 100 }),
      chance,
      (backoffMs, attempts, random) => {
        const whole = Math.min(maxBackoffMs, backoffMs * 2 ** (attempts - 1));
        const pause = pauseMs(backoffMs, attempts, () => random);
        expect(pause).toBeGreaterThanOrEqual(Math.floor(whole / 2));
        expect(pause).toBeLessThanOrEqual(whole);
        expect(Number.isInteger(pause)).toBe(true);
      },
    ),
  );
});
