import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../../bench/load/statistics/random.ts";
import {
  binomialAtMost,
  countMostOver,
  judgeShare,
} from "../../../../bench/stress/search/confidence.ts";

describe("what a share shows", () => {
  test("is by the binomial distribution: values of its tables", () => {
    expect(binomialAtMost(0, 10, 0.1)).toBeCloseTo(0.3487, 4);
    expect(binomialAtMost(3, 10, 0.5)).toBeCloseTo(0.1719, 4);
    expect(binomialAtMost(15, 20, 0.6)).toBeCloseTo(0.949, 4);
    expect(binomialAtMost(10, 10, 0.5)).toBe(1);
    expect(binomialAtMost(-1, 10, 0.5)).toBe(0);
  });

  test("does not fail for many requests, whose chances underflow", () => {
    expect(binomialAtMost(500_000, 1_000_000, 0.5)).toBeCloseTo(0.5, 2);
    expect(binomialAtMost(9_500, 1_000_000, 0.01)).toBeLessThan(1e-6);
  });

  test("is within p99 with 299 requests and none over, 473 with one, 628 with two", () => {
    expect([298, 299, 472, 473, 627, 628].map((of) => countMostOver(of, 0.01))).toEqual([
      -1, 0, 0, 1, 1, 2,
    ]);
    // The sample's own p99 lies within the limit here: that is not enough.
    expect(judgeShare(2, 299, 0.01)).toBe("open");
    expect(judgeShare(9, 299, 0.01)).toBe("beyond");
  });

  test("says the most that may be over, and no more", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.constantFrom(0.5, 0.1, 0.05, 0.01),
        (of, share) => {
          const most = countMostOver(of, share);
          if (most >= 0) expect(judgeShare(most, of, share)).toBe("within");
          expect(judgeShare(most + 1, of, share)).not.toBe("within");
        },
      ),
    );
  });

  test("is wrong in no more than 5 % of samples at the edge", () => {
    const random = createRandom(5);
    const samples = Array.from({ length: 2_000 }, () => {
      let over = 0;
      for (let request = 0; request < 400; request += 1) if (random() < 0.0101) over += 1;
      return judgeShare(over, 400, 0.01);
    });
    const wrong = samples.filter((shown) => shown === "within").length / samples.length;
    expect(wrong).toBeLessThan(0.05);
    expect(wrong).toBeGreaterThan(0);
  });
});
