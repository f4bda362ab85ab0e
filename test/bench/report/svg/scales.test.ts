import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLinearScale, createLogScale } from "../../../../bench/report/svg/scales.ts";

const increasing = (values: readonly number[]) =>
  values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));

describe("a linear scale", () => {
  test("starts at zero, and has round ticks", () => {
    const scale = createLinearScale([12, 391], [0, 100], 5);
    expect(scale.ticks).toEqual([0, 100, 200, 300]);
    expect(scale.at(0)).toBe(0);
    expect(scale.at(scale.high)).toBe(100);
  });

  test("has no rounding noise in its ticks", () => {
    expect(createLinearScale([0.58], [0, 1], 6).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  test("goes below zero for a negative value, and stands for no values at all", () => {
    expect(createLinearScale([-3, 10], [0, 1]).low).toBeLessThanOrEqual(-3);
    const empty = createLinearScale([], [0, 1]);
    expect(empty.ticks.length).toBeGreaterThan(1);
    expect(Number.isFinite(empty.at(0))).toBe(true);
  });

  test("places every value within its range, in order", () => {
    const value = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const scale = createLinearScale(values, [10, 500]);
        expect(increasing(scale.ticks)).toBe(true);
        expect(scale.ticks.length).toBeLessThan(20);
        for (const one of [...values, ...scale.ticks]) {
          expect(scale.at(one)).toBeGreaterThanOrEqual(10 - 1e-6);
          expect(scale.at(one)).toBeLessThanOrEqual(500 + 1e-6);
        }
      }),
    );
  });
});

describe("a logarithmic scale", () => {
  test("has powers of ten over a wide range, and more over a narrow one", () => {
    expect(createLogScale([0.05, 100], [0, 1]).ticks).toEqual([0.1, 1, 10, 100]);
    expect(createLogScale([1, 4], [0, 1]).ticks).toEqual([1, 2, 5]);
  });

  test("puts equal ratios at equal distances", () => {
    const { at } = createLogScale([1, 1_000], [0, 300]);
    expect(at(100) - at(10)).toBeCloseTo(at(10) - at(1));
  });

  test("goes upwards where its range does", () => {
    const { at } = createLogScale([1, 100], [200, 0]);
    expect(at(100)).toBeLessThan(at(1));
  });

  test("ignores what it cannot show", () => {
    const scale = createLogScale([0, -2, Number.NaN, 5, 50], [0, 1]);
    expect(scale.low).toBe(4);
    expect(scale.at(0)).toBe(0);
    expect(createLogScale([], [0, 1]).high).toBeGreaterThan(createLogScale([], [0, 1]).low);
  });

  test("places every positive value within its range", () => {
    const value = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const scale = createLogScale(values, [10, 500]);
        expect(increasing(scale.ticks)).toBe(true);
        for (const one of [...values, ...scale.ticks]) {
          expect(scale.at(one)).toBeGreaterThanOrEqual(10 - 1e-6);
          expect(scale.at(one)).toBeLessThanOrEqual(500 + 1e-6);
        }
      }),
    );
  });
});
