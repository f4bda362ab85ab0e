/** Figures as the cells of a bench would give them. */

import { aggregate } from "../../../../bench/compare/aggregate/aggregate.ts";
import { readBenchOptions } from "../../../../bench/compare/plan/options.ts";
import { type BenchPlan, makePlan } from "../../../../bench/compare/plan/plan.ts";
import {
  type Collected,
  createCollected,
  type LatencySample,
  type PeakSample,
} from "../../../../bench/compare/result/collected.ts";
import type { UnjudgedBench } from "../../../../bench/compare/verdict/verdict.ts";
import type { Distribution } from "../../../../bench/load/result.ts";
import type { ModeName } from "../../../../src/config/modes.ts";

export function quickPlan(
  modes: readonly ModeName[] = ["single", "cluster", "threads"],
): BenchPlan {
  const options = readBenchOptions(["--quick", "--modes", modes.join(",")]);
  if (options === null) throw new Error("read as help");
  return makePlan(options, { availableCores: 2, native: true, runMs: 10 });
}

export interface Made {
  readonly rate: number;
  readonly cpu?: number | null;
  readonly light?: readonly [p50: number, p99: number];
}

/** Every variant in five rounds whose pace drifts; the twin of the first one as it is. */
export function peaks(made: Readonly<Record<string, Made>>, paces = [1, 0.6, 1.1, 0.8, 1]) {
  const [control] = Object.keys(made);
  return paces.flatMap((pace, index) =>
    Object.entries(made).flatMap(([variant, { rate, cpu = 10, light }]) => {
      const sample: PeakSample = {
        ...{ variant, round: index + 1, twin: false, reasons: [] },
        runsPerSecond: rate * pace,
        cpuMsPerRun: cpu === null ? null : cpu / pace,
        beside: { runsPerSecond: 200 * pace, cpuMsPerRun: 10 / pace },
        runTimes: variant === "bare" ? [] : [9 / pace, 10 / pace, 11 / pace],
        coreRatio: variant === "bare" ? 1.02 : null,
        light:
          light === undefined
            ? null
            : { latency: distribution(light[0], light[1], 24), asked: 24, waited: 0 },
      };
      return variant === control ? [sample, { ...sample, twin: true }] : [sample];
    }),
  );
}

export function collected(part: Partial<Collected>): Collected {
  return { ...createCollected(), ...part };
}

export const usual = {
  cluster: { rate: 196, cpu: 10.2, light: [5, 140] },
  bare: { rate: 200 },
  tutorial: { rate: 194, light: [80, 200] },
  single: { rate: 99, light: [5, 60] },
  threads: { rate: 192, light: [1, 6] },
} as const;

/** Nothing was given up on. */
const answered = { givenUp: 0, givenUpMs: null };

export function distribution(p50: number, p99: number, count = 100): Distribution {
  return {
    count,
    ...answered,
    mean: p50,
    p50,
    p75: p50,
    p90: p50,
    p95: p99,
    p99,
    p999: p99,
    max: p99,
  };
}

export function latency(variant: string, share: number, p99: number): LatencySample {
  const times = { latency: distribution(p99 / 2, p99), service: distribution(p99 / 2, p99) };
  return {
    ...{ variant, share, offered: 150, achieved: 150, ...times },
    ...{ light: distribution(1, 2), lightReason: null, shed: 0, validity: { valid: true } },
  };
}

export function unjudged(cells: Collected, plan = quickPlan()): UnjudgedBench {
  const { bareRunMs, ...measured } = aggregate(plan, cells);
  return {
    format: "manycore-bench",
    formatVersion: 1,
    command: "npm run bench",
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 60_000,
    preset: "quick",
    stopped: null,
    environment: {
      ...{ manycore: "0", node: "v26", v8: "14", openssl: "3.5", platform: "linux x64" },
      ...{ kernel: "6", cpu: "a CPU", cores: 2, memoryBytes: 1e9, loadAverage: 0 },
    },
    work: { task: "hash", input: {}, bareRunMs: bareRunMs ?? 10 },
    ...measured,
  };
}
