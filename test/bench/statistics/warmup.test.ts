import { describe, expect, test } from "vitest";
import { createRandom } from "../../../bench/statistics/random.ts";
import { checkWarmup, hasSettled } from "../../../bench/statistics/warmup.ts";

function noisy(length: number, level: (index: number) => number, seed = 1): number[] {
  const random = createRandom(seed);
  return Array.from({ length }, (_, index) => level(index) * (0.95 + 0.1 * random()));
}

test("a steady series is steady, whatever its noise", () => {
  for (let seed = 0; seed < 50; seed += 1) {
    expect(checkWarmup(noisy(100, () => 500, seed))).toMatchObject({ steady: true, discard: 0 });
  }
});

test("counts of rare events are steady too", () => {
  const random = createRandom(6);
  const poisson = (mean: number) => {
    let count = 0;
    for (let left = random(); left > Math.exp(-mean); left *= random()) count += 1;
    return count;
  };
  const steady = Array.from({ length: 200 }, () =>
    checkWarmup(Array.from({ length: 40 }, () => poisson(6))),
  ).filter((check) => check.steady);
  expect(steady.length).toBeGreaterThan(180);
});

test("a slow start is found, and where it ends", () => {
  const { steady, discard, ratio } = checkWarmup(noisy(100, (index) => (index < 20 ? 200 : 500)));
  expect(steady).toBe(false);
  expect(discard).toBe(20);
  expect(ratio).toBeCloseTo(0.4, 1);
});

test("what grows all along is never steady", () => {
  expect(checkWarmup(noisy(100, (index) => 10 + index)).steady).toBe(false);
});

test("a series too short to tell counts as steady", () => {
  expect(checkWarmup([])).toMatchObject({ steady: true });
  expect(checkWarmup([1, 2, 3])).toMatchObject({ steady: true });
});

const times = (count: number, rate: number) => Array.from({ length: count }, () => rate);

describe("hasSettled", () => {
  test.each([
    ["level from the start", times(20, 1000), true],
    ["level after a slow start", [...times(5, 200), ...times(15, 1000)], true],
    ["level for less than half of it", [...times(15, 200), ...times(5, 1000)], false],
    ["growing all along", Array.from({ length: 20 }, (_, index) => 100 + 100 * index), false],
    ["falling", Array.from({ length: 20 }, (_, index) => 3000 - 100 * index), true],
    ["silent", times(8, 0), true],
    ["too short to tell", [1, 2, 3], true],
  ])("%s: %j is %j", (_, series, settled) => {
    expect(hasSettled(series)).toBe(settled);
  });

  test("noise is no change, and more and more towards the end is", () => {
    const growing = (index: number) => (index < 75 ? 500 : 700);
    for (let seed = 0; seed < 50; seed += 1) {
      expect(hasSettled(noisy(40, () => 500, seed))).toBe(true);
      expect(hasSettled(noisy(100, growing, seed))).toBe(false);
    }
  });
});
