import { describe, expect, test } from "vitest";
import { findNoiseFloor, planRounds } from "../../../../bench/load/statistics/rounds.ts";

describe("rounds", () => {
  const plan = planRounds(["a", "b", "c"], 20, 1);

  test("run every variant once, and the first one twice", () => {
    for (const round of plan) {
      const labels = round.map(({ variant, twin }) => (twin ? `${variant} again` : variant));
      expect(labels.sort()).toEqual(["a", "a again", "b", "c"]);
    }
  });

  test("differ in their order, which the seed decides", () => {
    const orders = new Set(plan.map((round) => JSON.stringify(round)));
    expect(orders.size).toBeGreaterThan(5);
    expect(planRounds(["a", "b", "c"], 20, 1)).toEqual(plan);
    expect(planRounds(["a", "b", "c"], 20, 2)).not.toEqual(plan);
  });
});

test("the noise floor is the farther side of A/A", () => {
  const estimate = { ratio: 1.01, confidence: 0.95, rounds: 9 };
  expect(findNoiseFloor({ ...estimate, interval: { low: 0.96, high: 1.03 } })).toBeCloseTo(0.04);
  expect(findNoiseFloor({ ...estimate, interval: { low: 0.99, high: 1.05 } })).toBeCloseTo(0.05);
  expect(findNoiseFloor({ ...estimate, interval: null })).toBeCloseTo(0.01);
});
