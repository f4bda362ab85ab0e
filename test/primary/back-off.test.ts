import fc from "fast-check";
import { expect, test } from "vitest";
import { backOffMs } from "../../src/primary/back-off.ts";

test("the first time there is no wait", () => {
  expect(backOffMs(0, 0.99)).toBe(0);
  expect(backOffMs(1, 0.99)).toBe(0);
});

test("then it doubles, up to 30 s", () => {
  const longest = [2, 3, 4, 5, 6, 7, 8, 9, 5000].map((shortLives) => backOffMs(shortLives, 1));
  expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("the jitter is full: any wait from none to the longest, in proportion", () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }), (shortLives, random) => {
      const wait = backOffMs(shortLives, random);
      expect(wait).toBe(Math.round(random * backOffMs(shortLives, 1)));
      expect(wait).toBeLessThanOrEqual(30_000);
    }),
  );
});
