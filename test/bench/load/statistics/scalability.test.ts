import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitLeastSquares, solve } from "../../../../bench/load/statistics/least-squares.ts";
import { createRandom } from "../../../../bench/load/statistics/random.ts";
import {
  fitAmdahl,
  fitUsl,
  predictThroughput,
  type ScaleFit,
  type ScalePoint,
} from "../../../../bench/load/statistics/scalability.ts";

const sizes = [1, 2, 4, 8, 16, 32];

function points(one: number, serial: number, crosstalk: number, noise = () => 1): ScalePoint[] {
  return sizes.map((n) => ({
    n,
    throughput: predictThroughput({ one, serial, crosstalk }, n) * noise(),
  }));
}

function fitted(fit: ReturnType<typeof fitUsl>): ScaleFit {
  if (!fit.fitted) throw new Error(fit.reason);
  return fit;
}

describe("the Universal Scalability Law", () => {
  test("gives back the coefficients that made the points", () => {
    const coefficients = fc.record({
      one: fc.double({ min: 1, max: 1e5, noNaN: true }),
      serial: fc.double({ min: 0, max: 0.6, noNaN: true }),
      crosstalk: fc.double({ min: 0, max: 0.05, noNaN: true }),
    });
    fc.assert(
      fc.property(coefficients, ({ one, serial, crosstalk }) => {
        const fit = fitted(fitUsl(points(one, serial, crosstalk)));
        expect(fit.one / one).toBeCloseTo(1, 4);
        expect(fit.serial).toBeCloseTo(serial, 4);
        expect(fit.crosstalk).toBeCloseTo(crosstalk, 5);
        expect(fit.rSquared).toBeGreaterThan(0.9999);
      }),
    );
  });

  test("finds the peak: √((1 - σ) / κ)", () => {
    expect(fitted(fitUsl(points(100, 0.1, 0.01))).peakAt).toBeCloseTo(Math.sqrt(90), 2);
    expect(fitted(fitUsl(points(100, 0, 0))).peakAt ?? 1e4).toBeGreaterThan(1e3);
  });

  test("stays near through noise, and says how far each point is off", () => {
    const random = createRandom(3);
    const fit = fitted(fitUsl(points(100, 0.05, 0.002, () => 0.97 + 0.06 * random())));
    expect(fit.serial).toBeCloseTo(0.05, 1);
    expect(fit.crosstalk).toBeCloseTo(0.002, 2);
    expect(fit.residuals).toHaveLength(sizes.length);
    for (const { throughput, predicted } of fit.residuals) {
      expect(Math.abs(throughput / predicted - 1)).toBeLessThan(0.06);
    }
  });

  test("never has a negative coefficient: better than linear is linear", () => {
    const superlinear = sizes.map((n) => ({ n, throughput: 100 * n ** 1.1 }));
    expect(fitted(fitUsl(superlinear))).toMatchObject({ serial: 0, crosstalk: 0 });
  });

  test("agrees with R on the measurements of Gunther's book", () => {
    // SPEC SDM91 on a Sun SPARCcenter 2000, as in "Guerrilla Capacity Planning" (2007) and in the
    // R package usl, whose nonlinear fit gives these coefficients.
    const load = [1, 18, 36, 72, 108, 144, 216];
    const throughput = [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775, 1702.2];
    const fit = fitted(fitUsl(load.map((n, index) => ({ n, throughput: throughput[index] ?? 0 }))));
    expect(fit.one).toBeCloseTo(89.995233, 5);
    expect(fit.serial).toBeCloseTo(0.0277285, 7);
    expect(fit.crosstalk).toBeCloseTo(0.0001044, 7);
  });
});

describe("Amdahl's law", () => {
  test("gives back its serial share, and has no peak", () => {
    const fit = fitted(fitAmdahl(points(50, 0.2, 0)));
    expect(fit.one).toBeCloseTo(50, 6);
    expect(fit.serial).toBeCloseTo(0.2, 6);
    expect(fit).toMatchObject({ crosstalk: 0, peakAt: null });
  });

  test("fits worse than the Universal Scalability Law where throughput falls", () => {
    const falling = points(100, 0.05, 0.01);
    expect(fitted(fitAmdahl(falling)).rSquared).toBeLessThan(fitted(fitUsl(falling)).rSquared);
  });
});

describe("refused, with the reason", () => {
  test("under four different sizes", () => {
    const repeated = [1, 2, 3, 3, 3].map((n) => ({ n, throughput: n }));
    const refusal = {
      fitted: false,
      reason: expect.stringMatching(/^3 different sizes: measure 4/),
    };
    expect(fitUsl(repeated)).toEqual(refusal);
    expect(fitAmdahl(repeated)).toEqual(refusal);
  });

  test("a point that cannot be", () => {
    const dead = sizes.map((n) => ({ n, throughput: n === 4 ? 0 : n }));
    expect(fitUsl(dead)).toEqual({ fitted: false, reason: expect.stringMatching(/^point n = 4/) });
  });
});

describe("least squares", () => {
  test("solves what can be solved", () => {
    expect(
      solve([
        [0, 2, 4],
        [3, 0, 9],
      ]),
    ).toEqual([3, 2]);
    expect(
      solve([
        [1, 2, 3],
        [2, 4, 6],
      ]),
    ).toBeNull();
  });

  test("finds an exponential decay from afar", () => {
    const data = [0, 1, 2, 3, 4, 5].map((x) => ({ x, y: 7 * Math.exp(-0.5 * x) }));
    const [height, rate] = fitLeastSquares(
      ([a = 0, b = 0], x) => a * Math.exp(-b * x),
      data,
      [1, 2],
    );
    expect(height).toBeCloseTo(7, 6);
    expect(rate).toBeCloseTo(0.5, 6);
  });
});
