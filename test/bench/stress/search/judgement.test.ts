import { describe, expect, test } from "vitest";
import type { Interval } from "../../../../bench/load/result.ts";
import { findGrowth } from "../../../../bench/stress/search/backlog.ts";
import { findBacklog, judgeStep } from "../../../../bench/stress/search/judgement.ts";
import { parseObjectives } from "../../../../bench/stress/search/objective.ts";
import { simulateStep } from "./simulated-step.ts";
import { stream } from "./stream.ts";

const objectives = parseObjectives(["p99=20ms", "max=30ms", "errors=1%"]);
const verdict = (given: Parameters<typeof stream>[0]) =>
  judgeStep(stream({ overLimit: [0, 0], ...given }), 10_000, objectives);

describe("judging a step", () => {
  test("it is met where the upper bound of its percentile is within the limit", () => {
    expect(verdict({})).toEqual({ verdict: "met", reasons: [] });
    expect(verdict({ overLimit: [4, 0] }).verdict).toBe("met");
  });

  test("it is open where the sample is within the limit, and its upper bound is not", () => {
    expect(verdict({ overLimit: [5, 0] })).toEqual({
      verdict: "open",
      reasons: ["p99=20ms: 5 of 1000 took longer, for 95 % confidence at most 4 may"],
    });
  });

  test("it is missed where even the lower bound is past the limit, or one request past the most", () => {
    expect(verdict({ overLimit: [17, 0] })).toMatchObject({ verdict: "missed" });
    expect(verdict({ overLimit: [1, 1] }).reasons).toEqual(["max=30ms: 1 of 1000 took longer"]);
  });

  test("with too few requests for confidence it is met by those that there are, or open", () => {
    const few = { intended: 150, correct: 150, throughputPerSecond: 15 };
    expect(verdict({ ...few, overLimit: [1, 0] }).verdict).toBe("met");
    expect(verdict({ ...few, overLimit: [2, 0] })).toMatchObject({ verdict: "open" });
    expect(verdict({ ...few, overLimit: [5, 0] }).verdict).toBe("missed");
  });

  test("refusals, failures and wrong answers are errors, what was cut off is not", () => {
    const some = { correct: 989, wrong: 2, unexpected: 3, tolerated: 3, failed: 3 };
    expect(verdict(some).reasons).toEqual(["errors=1%: 1.1%"]);
    const cut = { correct: 500, unanswered: 500, throughputPerSecond: 50 };
    expect(verdict(cut).verdict).toBe("met");
  });

  test("nothing served misses every bound on latency", () => {
    const none = { correct: 0, failed: 1_000, throughputPerSecond: 0 };
    expect(verdict(none).reasons).toHaveLength(3);
  });

  test("a server that falls behind is seen though its latencies are still within bounds", () => {
    expect(findBacklog(stream(), 10_000)).toBeNull();
    expect(findBacklog(stream({ throughputPerSecond: 60 }), 10_000)).toMatch(
      "60.0/s served of 100",
    );
    // What was refused was not owed: it does not count twice.
    expect(findBacklog(stream({ tolerated: 400, throughputPerSecond: 60 }), 10_000)).toBeNull();
  });
});

describe("a server that does 90.7 a second, one after the other, with p99=300ms", () => {
  const capacity = 90.7;
  const of300 = parseObjectives(["p99=300ms"]);
  const seeds = Array.from({ length: 40 }, (_, place) => place + 1);
  const verdicts = (share: number, durationMs: number) =>
    seeds.map((seed) => {
      const perSecond = share * capacity;
      const lengths = { warmupMs: Math.min(2_000, durationMs / 4), durationMs };
      const server = { serviceMs: 1_000 / capacity, limitMs: 300 };
      const step = simulateStep({ perSecond, ...lengths, ...server, seed });
      return judgeStep(step, durationMs, of300).verdict;
    });

  test("meets it at half of that, in a short step", () => {
    expect(new Set(verdicts(0.5, 5_000))).toEqual(new Set(["met"]));
  });

  test("is not told to meet it at 2 % more than it does, in a step that confirms", () => {
    expect(verdicts(1.02, 20_000)).not.toContain("met");
  });
});

describe("a backlog", () => {
  const intervals = (p50: (atMs: number) => number | null): Interval[] =>
    Array.from({ length: 60 }, (_, place) => {
      const atMs = 100 * place;
      const counts = { sent: 9, correct: 9, failed: 0, inFlight: 1 };
      return { atMs, lengthMs: 100, ...counts, p50: p50(atMs), p99: null };
    });

  test("grew where the last third is clearly above the first", () => {
    const words = findGrowth(
      intervals((atMs) => 10 + atMs / 50),
      6_000,
      10,
    );
    expect(words).toBe("the queue grew: p50 29 ms in the first third, 109 ms in the last");
  });

  test("did not for one stall, for less than matters, and for what nothing is known of", () => {
    const stall = intervals((atMs) => (atMs >= 4_000 && atMs < 4_900 ? 500 : 10));
    expect(findGrowth(stall, 6_000, 10)).toBeNull();
    expect(
      findGrowth(
        intervals((atMs) => 1 + atMs / 1_000),
        6_000,
        10,
      ),
    ).toBeNull();
    expect(
      findGrowth(
        intervals(() => null),
        6_000,
        10,
      ),
    ).toBeNull();
  });
});
