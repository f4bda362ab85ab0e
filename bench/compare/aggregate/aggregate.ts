/** Turns the cells' samples into the result. Pure. */

import { readTold } from "../../load/statistics/percentiles.ts";
import { median } from "../../load/statistics/sample.ts";
import { fitAmdahl, fitUsl, type ScalePoint } from "../../load/statistics/scalability.ts";
import type { Validity } from "../../load/statistics/validity.ts";
import type { BenchPlan } from "../plan/plan.ts";
import type { BenchResult, Control, Variant, VariantResult } from "../result/bench-result.ts";
import type { Collected, PeakSample } from "../result/collected.ts";
import { computesOnLoop } from "../result/executor-of.ts";
import { poolLight } from "../result/light.ts";
import { chooseRunLengthMs } from "../result/run-length.ts";
import { describeRunTimes, type RunTimes } from "../result/run-times.ts";
import { findCrossover } from "./crossover.ts";
import { summarize } from "./measure.ts";
import { comparePairs, compareRounds, type SampleFigure, valuesByRound } from "./ratios.ts";
import { simulateLatency } from "./simulated.ts";

export type Aggregate = Pick<
  BenchResult,
  "plan" | "variants" | "pairs" | "control" | "coreRatio" | "scalability" | "crossover"
> & { readonly bareRunMs: number | null };

export function aggregate(plan: BenchPlan, collected: Collected): Aggregate {
  const variants = plan.variants.map((variant) => makeVariantResult(variant, plan, collected));
  const points = listScalePoints(variants);
  const coreRatios = collected.peaks.flatMap(({ coreRatio }) => coreRatio ?? []);
  return {
    plan: {
      rounds: plan.rounds,
      cellMs: plan.cellMs,
      rewarmMs: plan.rewarmMs,
      connections: plan.connections,
      seed: plan.seed,
    },
    variants,
    pairs: {
      throughput: comparePairs(collected.peaks, listComparable(plan), rate),
      light: comparePairs(collected.peaks, listComparable(plan), lightP95),
    },
    control: compareControl(plan, collected.peaks),
    coreRatio: coreRatios.length === 0 ? null : median(coreRatios),
    scalability: { amdahl: fitAmdahl(points), usl: fitUsl(points), points },
    crossover: findCrossover(collected.crossover),
    bareRunMs: findBareRunMs(variants),
  };
}

/** The variants that a reader chooses among: the modes, and the plain cluster of the tutorials. */
function listComparable({ variants }: BenchPlan): readonly string[] {
  return variants
    .filter(({ kind, name }) => kind === "mode" || name === "tutorial")
    .map(({ name }) => name);
}

function findBareRunMs(variants: readonly VariantResult[]): number | null {
  const bare = variants.find(({ name }) => name === "bare");
  if (!bare?.peak) return null;
  const clockMs = (1000 * bare.workers) / bare.peak.median;
  return chooseRunLengthMs({ cpuMs: bare.cpuPer1000?.median ?? 0, clockMs });
}

const rate: SampleFigure = ({ runsPerSecond }) => runsPerSecond;
const cpu: SampleFigure = ({ cpuMsPerRun }) => cpuMsPerRun;
const bareRate: SampleFigure = ({ beside }) => beside.runsPerSecond;
const bareCpu: SampleFigure = ({ beside }) => beside.cpuMsPerRun;
/** One round has too few requests for a higher percentile. */
const lightP95: SampleFigure = ({ light }) => light && readTold(light.latency, "p95");

function makeVariantResult(variant: Variant, plan: BenchPlan, collected: Collected): VariantResult {
  const { name } = variant;
  const samples = collected.peaks.filter((peak) => peak.variant === name && !peak.twin);
  const values = (pick: SampleFigure) => samples.map(pick).filter((value) => value !== null);
  const own = (pick: SampleFigure) => valuesByRound(collected.peaks, name, pick);
  const starts = collected.startUps.filter((start) => start.variant === name);
  const peak = summarize(values(rate));
  const runTimes = describeRunTimes(samples.flatMap((sample) => sample.runTimes));
  return {
    ...variant,
    peak,
    speedUp: compareRounds(valuesByRound(collected.peaks, "single", rate), own(rate)),
    efficiency: compareRounds(own(bareRate), own(rate)),
    cpuPer1000: summarize(values(cpu)), // ms a run are s a thousand runs
    cpuOverBare: compareRounds(own(bareCpu), own(cpu)),
    ...poolLight(samples.map(({ light }) => light)),
    runTimes,
    latency: collectLatency(variant, { peak: peak?.median ?? 0, runTimes }, plan, collected),
    perWorker: collected.perWorker.get(name) ?? null,
    warmUp: collected.warmUps.get(name) ?? null,
    startUp: summarize(starts.map(({ ms }) => ms)),
    memory: collected.memory.get(name) ?? null,
    validity: judgeVariant(name, samples, collected),
  };
}

function collectLatency(
  { name, workers, slots }: Variant,
  measured: { readonly peak: number; readonly runTimes: RunTimes | null },
  { openConnections, seed }: BenchPlan,
  { latency }: Collected,
): VariantResult["latency"] {
  const points = latency.filter(({ variant }) => variant === name);
  return points
    .sort((a, b) => a.share - b.share)
    .map(({ variant: _, ...point }) => {
      const queue = { workers, slots, ...measured, offered: point.offered };
      const simulated = simulateLatency({ ...queue, connections: openConnections, seed });
      return { ...point, simulated };
    });
}

/** Every reason once, with the rounds in which it came up. */
function judgeVariant(
  name: string,
  samples: readonly PeakSample[],
  { unavailable, warmUps }: Collected,
): Validity {
  const missing = unavailable.get(name);
  const warmUp = warmUps.get(name);
  const byReason = Map.groupBy(
    samples.flatMap(({ reasons, round }) => reasons.map((reason) => ({ reason, round }))),
    ({ reason }) => reason.replace(/[\d.]+/g, "N"),
  );
  const reasons = [...byReason.values()].map((alike) => {
    const rounds = alike.map(({ round }) => round).join(", ");
    return `${alike[0]?.reason} (round ${rounds} of ${samples.length})`;
  });
  if (warmUp?.settled === false) {
    reasons.push(
      warmUp.requests === 0
        ? "no request of its warm-up was answered"
        : `its throughput still rose after ${warmUp.requests} requests of warm-up: its code may not have been compiled when the rounds began`,
    );
  }
  if (missing !== undefined) reasons.unshift(missing);
  else if (samples.length === 0) reasons.unshift("it was not measured before the run ended");
  return reasons.length === 0 ? { valid: true } : { valid: false, reasons };
}

function compareControl({ control }: BenchPlan, peaks: readonly PeakSample[]): Control | null {
  const variant = peaks.find(({ twin }) => twin)?.variant ?? control;
  const ratio = compareRounds(
    valuesByRound(peaks, variant, rate),
    valuesByRound(peaks, variant, rate, true),
  );
  return ratio && { variant, ratio };
}

/** Throughput by number of workers, of the variants that compute on their event loops. */
function listScalePoints(variants: readonly VariantResult[]): ScalePoint[] {
  return variants
    .filter((variant) => variant.validity.valid && variant.kind !== "balance")
    .filter(computesOnLoop)
    .flatMap(({ workers, peak }) =>
      peak && peak.median > 0 ? [{ n: workers, throughput: peak.median }] : [],
    )
    .sort((a, b) => a.n - b.n);
}
