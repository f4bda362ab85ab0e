import { describe, expect, test } from "vitest";
import type { BenchResult } from "../../../../bench/compare/result/bench-result.ts";
import {
  type Capacity,
  predictPeak,
  readCapacities,
} from "../../../../bench/compare/size/capacity.ts";
import { predict, type Setup } from "../../../../bench/compare/size/predict.ts";
import { findSize, meets } from "../../../../bench/compare/size/search.ts";
import { size } from "../../../../bench/compare/size/size.ts";
import { writeSizing } from "../../../../bench/compare/size/tell.ts";
import { benchResult } from "../../../fixtures/bench-result.ts";

const asked = {
  ...({ perSecond: 1_800, slo: { figure: "p99", limitMs: 60 }, headroom: 0 } as const),
  ...{ coresPerHost: null, from: null, measures: false },
};
/** One mode, because each takes its time to simulate. */
const of = { modes: ["threads"], seed: 1 } as const;

function withVariants(change: (name: string) => object | null): BenchResult {
  const variants = benchResult.variants.flatMap((variant) => {
    const changed = change(variant.name);
    return changed === null ? [] : [{ ...variant, ...changed }];
  });
  return { ...benchResult, variants };
}

describe("the answer", () => {
  const sizing = size(benchResult, asked, { ...of, modes: ["threads", "cluster"] });

  test("is of the mode that needs the fewest cores, and is the quickest of these", () => {
    const alone = (["threads", "cluster"] as const).map(
      (mode) => size(benchResult, asked, { ...of, modes: [mode] }).answer,
    );
    const total = ({ hosts, cores }: Setup) => hosts * cores;
    expect(total(sizing.answer)).toBe(Math.min(...alone.map(total)));
    expect(alone).toContainEqual(sizing.answer);
  });

  test("keeps to what is asked, and one host or core less does not", () => {
    const [answer, ...others] = sizing.rows;
    expect(answer).toMatchObject({ ...sizing.answer, meets: true });
    expect(sizing.answer.times?.p99.ms).toBeLessThanOrEqual(60);
    const less = others.filter(({ what }) => /fewer|less/.test(what));
    expect(less.length).toBe(2);
    expect(less.every((row) => !row.meets)).toBe(true);
  });

  test("no smaller number of hosts would do, nor fewer cores on them", () => {
    const { capacity, answer } = sizing;
    const holds = (hosts: number, cores: number) =>
      meets(
        predict(capacity, { hosts, cores, sharing: "least-connections" }, { ...asked, seed: 1 }),
        asked.slo,
      );
    for (let hosts = 1; hosts < answer.hosts; hosts += 1) expect(holds(hosts, 4)).toBe(false);
    for (let cores = 1; cores < answer.cores; cores += 1) {
      expect(holds(answer.hosts, cores)).toBe(false);
    }
    expect(holds(answer.hosts, answer.cores)).toBe(true);
  });

  test("at the same size a random balancer is slower, and one shared queue quicker", () => {
    const p99 = (sharing: string) =>
      sizing.rows.find((row) => row.sharing === sharing)?.times?.p99.ms ?? Number.NaN;
    expect(p99("random")).toBeGreaterThan(p99("least-connections"));
    expect(p99("shared-queue")).toBeLessThanOrEqual(p99("least-connections"));
  });

  test("is checked against what the bench has measured on one host", () => {
    expect(sizing.checks.map(({ share }) => share)).toEqual(
      sizing.capacity.points
        .filter(({ share, validity }) => share < 0.95 && validity.valid)
        .map(({ share }) => share),
    );
    expect(sizing.checks.length).toBeGreaterThan(2);
  });

  test("headroom is more of the rate", () => {
    const more = size(benchResult, { ...asked, headroom: 0.5 }, of);
    const same = size(benchResult, { ...asked, perSecond: 2_700 }, of);
    expect(more.answer).toEqual(same.answer);
    expect(writeSizing(more)).toMatch(/^1,800\/s and 50 % more of hash with p99 within 60 ms: /);
  });

  test("a little load needs one core", () => {
    const { answer, rows } = size(benchResult, { ...asked, perSecond: 5 }, of);
    expect(answer).toMatchObject({ hosts: 1, cores: 1 });
    expect(rows.map(({ what }) => what)).not.toContain("fewer cores");
  });

  test.each([20, 100])("within %i ms: a longer time never needs more", (limitMs) => {
    const total = (limit: number) => {
      const slo = { figure: "p99", limitMs: limit } as const;
      const { hosts, cores } = size(benchResult, { ...asked, slo }, of).answer;
      return hosts * cores;
    };
    expect(total(limitMs)).toBeGreaterThanOrEqual(total(1.5 * limitMs));
  });
});

describe("what a host can do", () => {
  const [capacity] = readCapacities(benchResult, ["threads"]) as [Capacity];

  test("as measured, on as many cores as were measured", () => {
    const threads = benchResult.variants.find(({ name }) => name === "threads");
    expect(capacity).toMatchObject({ mode: "threads", cores: 4, peak: threads?.peak?.median });
    expect(predictPeak(capacity, 4)).toBeCloseTo(capacity.peak);
  });

  test("what does not scale makes fewer cores better than their share", () => {
    const bent: Capacity = { ...capacity, bend: { serial: 0.1, crosstalk: 0, sizes: [1, 4] } };
    expect(predictPeak(bent, 1)).toBeCloseTo((capacity.peak * 1.3) / 4);
    expect(predictPeak(bent, 8)).toBeCloseTo((capacity.peak * 8 * 1.3) / 4 / 1.7);
  });

  test("without a fitted law, Amdahl's goes through one core and all of them", () => {
    const usl = { fitted: false, reason: "2 different sizes" } as const;
    const result = {
      ...withVariants((name) =>
        name === "cluster"
          ? { speedUp: { ratio: 3.2, interval: null, confidence: 0.95, rounds: 1 } }
          : {},
      ),
      scalability: { ...benchResult.scalability, usl },
    };
    const [cluster] = readCapacities(result, ["cluster"]) as [Capacity];
    // 4 / (1 + 3σ) = 3.2
    expect(cluster.bend?.serial).toBeCloseTo(1 / 12);
    expect(cluster.bend?.sizes).toEqual([1, 4]);
    expect(writeSizing(size(result, asked, of))).toContain("Amdahl's law through 1 and 4 cores");
  });

  test("single is left out where other modes are there", () => {
    expect(readCapacities(benchResult, null).map(({ mode }) => mode)).not.toContain("single");
    expect(readCapacities(benchResult, ["single"]).map(({ mode }) => mode)).toEqual(["single"]);
  });
});

describe("refused, with the remedy", () => {
  test.each([
    [
      "a time shorter than a run",
      { slo: { figure: "p99", limitMs: 12 } },
      /^--slo p99=12ms: no number of hosts does that\. .* for [\d.]+ ms at its p99/,
    ],
    ["more hosts than can be sized", { perSecond: 1e9 }, /^--size-for: .* more than 10000 hosts/],
  ] as const)("%s", (_what, change, message) => {
    expect(() => size(benchResult, { ...asked, ...change }, of)).toThrow(message);
  });

  test("none of the modes is there", () => {
    const result = withVariants((name) => (name === "threads" ? {} : null));
    expect(() => size(result, asked, { ...of, modes: ["libuv"] })).toThrow(
      /none of the modes libuv \(it has: threads\)/,
    );
  });

  test("an INVALID mode is not used", () => {
    const wrong = { validity: { valid: false, reasons: ["an answer was wrong"] } } as const;
    const result = withVariants(() => wrong);
    expect(() => size(result, asked, of)).toThrow(/threads: an answer was wrong/);
  });

  test("more cores than were measured, if nobody knows how the mode scales", () => {
    const usl = { fitted: false, reason: "one size" } as const;
    const alone = withVariants((name) => (name === "threads" ? {} : null));
    const result = { ...alone, scalability: { ...alone.scalability, usl } };
    expect(() => size(result, { ...asked, coresPerHost: 8 }, of)).toThrow(
      /^--cores-per-host 8: threads was measured on 4 only.* give --cores-per-host 4/,
    );
    expect(size(result, { ...asked, coresPerHost: 4 }, of).capacity.bend).toBeNull();
  });
});

test("findSize: null where the run itself takes too long", () => {
  const [capacity] = readCapacities(benchResult, ["threads"]) as [Capacity];
  const demand = { perSecond: 1, mostCores: 4, sharing: "random", seed: 1 } as const;
  expect(findSize(capacity, { ...demand, slo: { figure: "p50", limitMs: 5 } })).toBeNull();
});

describe("in words", () => {
  test("an older result without times of runs is told so", () => {
    const text = writeSizing(
      size(
        withVariants(() => ({ runTimes: null })),
        asked,
        of,
      ),
    );
    expect(text).toContain("does not tell how long single runs take");
  });

  test("more cores than were measured are a guess", () => {
    const text = writeSizing(size(benchResult, { ...asked, coresPerHost: 16 }, of));
    expect(text).toMatch(/Nothing was measured past \d cores: for more this is a guess/);
  });

  test("no valid times below the peak: not checked", () => {
    const text = writeSizing(
      size(
        withVariants(() => ({ latency: [] })),
        asked,
        of,
      ),
    );
    expect(text).toContain("Not checked: the result has no valid times below the peak");
  });

  test("a machine that is much slower than the model is told", () => {
    const slow = benchResult.variants.flatMap(({ latency }) => latency)[0];
    if (slow === undefined) throw new Error("the fixture has no times");
    const point = { ...slow, latency: { ...slow.latency, p99: 5_000 }, validity: { valid: true } };
    const text = writeSizing(
      size(
        withVariants(() => ({ latency: [point] })),
        asked,
        of,
      ),
    );
    expect(text).toMatch(/measured up to [\d.,]+ times what the model says/);
  });
});
