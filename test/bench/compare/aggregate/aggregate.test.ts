import { describe, expect, test } from "vitest";
import { aggregate } from "../../../../bench/compare/aggregate/aggregate.ts";
import { collected, latency, peaks, quickPlan, usual } from "./samples.ts";

const plan = quickPlan();
const whole = aggregate(plan, collected({ peaks: peaks(usual) }));
const variant = (name: string, from = whole) => {
  const found = from.variants.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no variant ${name}`);
  return found;
};

describe("aggregation", () => {
  test("ratios are those of the rounds, which a drift does not touch", () => {
    const { speedUp, efficiency, cpuOverBare, peak } = variant("cluster");
    expect(speedUp).toMatchObject({ rounds: 5 });
    expect(speedUp?.ratio).toBeCloseTo(196 / 99, 9);
    expect(speedUp?.interval?.low).toBeCloseTo(196 / 99, 9);
    expect(efficiency?.ratio).toBeCloseTo(0.98, 9);
    expect(cpuOverBare?.ratio).toBeCloseTo(1.02, 9);
    expect(peak?.values).toHaveLength(5);
    expect(whole.bareRunMs).toBeCloseTo(10, 9);
  });

  test("a machine that changes its pace from cell to cell does not touch the shares of bare", () => {
    const restless = peaks(usual).map((peak, cell) => {
      const factor = [1, 0.86, 1.07][cell % 3] ?? 1;
      const { runsPerSecond, cpuMsPerRun, beside } = peak;
      return {
        ...peak,
        runsPerSecond: runsPerSecond * factor,
        cpuMsPerRun: cpuMsPerRun && cpuMsPerRun / factor,
        beside: {
          runsPerSecond: beside.runsPerSecond * factor,
          cpuMsPerRun: beside.cpuMsPerRun / factor,
        },
      };
    });
    const { efficiency, cpuOverBare } = variant(
      "cluster",
      aggregate(plan, collected({ peaks: restless })),
    );
    expect(efficiency?.ratio).toBeCloseTo(0.98, 9);
    expect(efficiency?.interval?.high).toBeCloseTo(0.98, 9);
    expect(cpuOverBare?.ratio).toBeCloseTo(1.02, 9);
  });

  test("the twin is the control's alone", () => {
    expect(whole.control).toMatchObject({ variant: "cluster", ratio: { ratio: 1 } });
  });

  test("an outlier is marked and kept", () => {
    const restless = collected({ peaks: peaks(usual, [1, 1, 1, 1, 1, 0.2]) });
    const { peak } = variant("threads", aggregate(plan, restless));
    expect(peak?.values).toHaveLength(6);
    expect(peak?.outliers).toEqual([5]);
    expect(peak?.median).toBe(192);
  });

  test("a round that was cut short is used where it has both, and what is missing is said", () => {
    const cells = peaks(usual).filter(
      ({ round, variant: name }) => round < 2 || (round === 2 && name !== "single"),
    );
    const cut = aggregate(plan, collected({ peaks: cells }));
    expect(variant("cluster", cut).speedUp).toMatchObject({ rounds: 1, interval: null });
    expect(variant("cluster", cut).peak?.values).toHaveLength(2);
    const nothing = aggregate(plan, collected({}));
    expect(nothing.control).toBeNull();
    expect(variant("single", nothing)).toMatchObject({
      ...{ peak: null, speedUp: null, latency: [] },
      validity: { valid: false, reasons: ["it was not measured before the run ended"] },
    });
  });

  test("a cell that did nothing has no ratio, and its reasons stamp the row", () => {
    const [first, ...rest] = peaks({ single: { rate: 100 } });
    if (first === undefined) throw new Error("no sample");
    const broken = { ...first, runsPerSecond: 0, reasons: ["3 requests failed"] };
    const single = variant("single", aggregate(plan, collected({ peaks: [broken, ...rest] })));
    expect(single.speedUp).toMatchObject({ rounds: 4 });
    expect(single.validity).toEqual({
      ...{ valid: false, reasons: ["3 requests failed (round 1 of 5)"] },
    });
  });

  test("where the system does not tell CPU time, there is none", () => {
    const cells = collected({
      peaks: peaks({ bare: { rate: 9 }, single: { rate: 9, cpu: null } }),
    });
    expect(variant("single", aggregate(plan, cells))).toMatchObject({
      ...{ cpuPer1000: null, cpuOverBare: null },
    });
  });

  test("a server that could not be started says why", () => {
    const unavailable = new Map([["threads", "it did not start: no"]]);
    const cells = collected({ peaks: peaks({ single: { rate: 9 } }), unavailable });
    expect(variant("threads", aggregate(plan, cells)).validity).toEqual({
      ...{ valid: false, reasons: ["it did not start: no"] },
    });
  });

  test("a server that had not come to rest when the rounds began is stamped, and says why", () => {
    const warmUps = new Map([
      ["single", { requests: 16_000, settled: false }],
      ["cluster", { requests: 8_000, settled: true }],
    ]);
    const whole = aggregate(plan, collected({ peaks: peaks(usual), warmUps }));
    expect(variant("single", whole).validity).toMatchObject({
      valid: false,
      reasons: [expect.stringContaining("still rose after 16000 requests of warm-up")],
    });
    expect(variant("cluster", whole)).toMatchObject({
      ...{ validity: { valid: true }, warmUp: { requests: 8_000, settled: true } },
    });
    expect(variant("bare", whole).warmUp).toBeNull();
  });

  test("latencies ascend, and have a simulated queue beside them below the peak", () => {
    const shares = [latency("cluster", 1.1, 300), latency("cluster", 0.5, 20)];
    const over = shares.map((point) => ({ ...point, offered: point.share * 190 }));
    const cells = collected({ peaks: peaks(usual), latency: over });
    const [half, past] = variant("cluster", aggregate(plan, cells)).latency;
    expect(half?.share).toBe(0.5);
    expect(half?.simulated?.p99).toBeGreaterThan(half?.simulated?.p50 ?? 0);
    expect(past?.simulated).toBeNull();
  });

  test("two sizes are too few for a law", () => {
    expect(whole.scalability.points.map(({ n }) => n)).toEqual([1, 2]);
    expect(whole.scalability.usl).toMatchObject({ fitted: false });
  });
});
