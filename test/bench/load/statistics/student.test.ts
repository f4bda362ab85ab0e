import { expect, test } from "vitest";
import { normalQuantile } from "../../../../bench/load/statistics/normal.ts";
import { studentQuantile } from "../../../../bench/load/statistics/student.ts";

// Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), table 26.10.
test.each([
  [0.75, 5, 0.727],
  [0.95, 5, 2.015],
  [0.975, 3, 3.182],
  [0.975, 4, 2.776],
  [0.975, 5, 2.571],
  [0.975, 11, 2.201],
  [0.995, 5, 4.032],
  [0.9995, 4, 8.61],
])("the quantile of %d with %d degrees of freedom", (probability, freedom, expected) => {
  expect(studentQuantile(probability, freedom)).toBeCloseTo(expected, 2);
  expect(studentQuantile(1 - probability, freedom)).toBeCloseTo(-expected, 2);
});

test("is the normal one where there are many, and 0 in the middle", () => {
  expect(studentQuantile(0.975, 1e6)).toBeCloseTo(normalQuantile(0.975), 3);
  expect(studentQuantile(0.5, 7)).toBe(0);
});
