import fc from "fast-check";
import { expect, test } from "vitest";
import { backOffMs } from "../../../src/primary/supervisor/back-off.ts";

test("the first time there is no wait", () => {
  for (const wasReady of [false, true]) {
    expect(backOffMs(0, wasReady, 0.99)).toBe(0);
    expect(backOffMs(1, wasReady, 0.99)).toBe(0);
  }
});

test("then it doubles: up to 30 s if the life was never ready, up to 2 s if it was", () => {
  const longest = (wasReady: boolean) =>
    [2, 3, 4, 5, 6, 7, 8, 9, 5000].map((shortLives) => backOffMs(shortLives, wasReady, 1));
  expect(longest(false)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(longest(true)).toEqual([500, 1000, 2000, 2000, 2000, 2000, 2000, 2000, 2000]);
});

test("the jitter is full: any wait from none to the longest, in proportion", () => {
  fc.assert(
    fc.property(
      fc.nat(2000),
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (shortLives, wasReady, random) => {
        const wait = backOffMs(shortLives, wasReady, random);
        expect(wait).toBe(Math.round(random * backOffMs(shortLives, wasReady, 1)));
        expect(wait).toBeLessThanOrEqual(wasReady ? 2000 : 30_000);
      },
    ),
  );
});
