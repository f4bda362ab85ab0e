import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countRequestsNeeded,
  findTightestLimitMs,
  parseObjective,
  parseObjectives,
  printObjective,
} from "../../../../bench/stress/search/objective.ts";

describe("an objective", () => {
  test("is a figure of latency with a time, or a share of errors", () => {
    expect(parseObjective("p99=200ms")).toEqual({ kind: "latency", figure: "p99", limitMs: 200 });
    expect(parseObjective("p99.9=1.5s")).toMatchObject({ figure: "p99.9", limitMs: 1_500 });
    expect(parseObjective("p50=2071.7s")).toMatchObject({ limitMs: 2_071_700 });
    expect(parseObjective(" errors = 0.1% ")).toEqual({ kind: "errors", limitShare: 0.001 });
  });

  test.each([
    ["p98=3ms", "p99.9"],
    ["p99=200", "p99=200ms"],
    ["p99=1%", "such as p99=1ms"],
    ["errors=3", "errors=3%"],
    ["errors=100%", "below 100%"],
    ["p50=0ms", "above 0"],
    ["p50=3601s", "3600s"],
    ["p50=-1ms", "p50=1.5s"],
    ["toString=1ms", "p99=200ms"],
    ["", "p99=200ms"],
  ])("%j is refused, with what to write", (text, remedy) => {
    expect(() => parseObjective(text)).toThrow(`--slo ${JSON.stringify(text)}`);
    expect(() => parseObjective(text)).toThrow(remedy);
  });

  test("reads what it prints", () => {
    const figure = fc.constantFrom("p50", "p75", "p90", "p95", "p99", "p99.9", "max");
    const whole = fc.integer({ min: 1, max: 3_600_000 });
    const ofTenths = fc.integer({ min: 10, max: 36_000 }).map((tenths) => 100 * tenths);
    fc.assert(
      fc.property(figure, fc.oneof(whole, ofTenths), (name, limitMs) => {
        const objective = parseObjective(`${name}=${limitMs}ms`);
        expect(parseObjective(printObjective(objective))).toEqual(objective);
      }),
    );
  });

  test("of errors is always there, and the default of latency where nothing is asked", () => {
    expect(parseObjectives([]).map(printObjective)).toEqual(["p99=500ms", "errors=1%"]);
    expect(parseObjectives(["p50=1s"]).map(printObjective)).toEqual(["p50=1s", "errors=1%"]);
    expect(parseObjectives(["errors=5%"]).map(printObjective)).toEqual(["errors=5%"]);
    expect(() => parseObjectives(["p50=1s", "p50=2s"])).toThrow("--slo p50: give it once");
  });
});

describe("judging", () => {
  const objectives = parseObjectives(["p99=20ms", "max=30ms", "errors=1%"]);

  test("the requests that are needed grow with the percentile", () => {
    const needed = (text: string) => countRequestsNeeded([parseObjective(text)]);
    expect(["p50=1s", "p95=1s", "p99=1s", "p99.9=1s", "errors=1%"].map(needed)).toEqual([
      5, 59, 299, 2_995, 299,
    ]);
    expect(findTightestLimitMs(objectives)).toBe(20);
    expect(findTightestLimitMs(parseObjectives(["errors=1%"]))).toBeNull();
  });
});
