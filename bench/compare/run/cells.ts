/** The cells of the comparison: each is a short load on one server. */
import type { LoadGenerator } from "../../load/generator/load.ts";
import type { LoadRequest } from "../../load/generator/plan.ts";
import { measureUsage, readTree } from "../../load/processes/process-tree.ts";
import type { LoadProgress, LoadResult } from "../../load/result.ts";
import {
  judgeRun,
  type LoadKind,
  openLoad,
  type Validity,
} from "../../load/statistics/validity.ts";
import type { ShortLoad } from "../plan/crossover-load.ts";
import { chooseTimeoutMs, explainShortCell } from "../plan/lengths.ts";
import type { BenchPlan } from "../plan/plan.ts";
import type { BareCompute } from "../references/bare-compute.ts";
import type { BareRate, CrossoverSample, LatencySample, PeakSample } from "../result/collected.ts";
import { poolLight, takeProbeSample } from "../result/light.ts";
import { loadServer, type ServerLoad } from "./load-server.ts";
import { planProbe } from "./probe.ts";
import type { Progress } from "./progress.ts";
import type { Running } from "./servers.ts";

export interface CellContext {
  readonly plan: BenchPlan;
  readonly request: LoadRequest;
  readonly generator: LoadGenerator;
  readonly signal: AbortSignal;
  readonly progress?: Pick<Progress, "loaded">;
}

type Peak = Omit<PeakSample, "variant" | "round" | "twin" | "beside">;

/** The bare computation in every process at once. */
export async function measureBare(
  compute: BareCompute,
  durationMs: number,
): Promise<Peak & BareRate> {
  const reports = await compute.run(durationMs);
  const sum = (pick: (report: (typeof reports)[number]) => number) =>
    reports.reduce((total, report) => total + pick(report), 0);
  const runsPerSecond = sum(({ runs, elapsedMs }) => (1000 * runs) / elapsedMs);
  const cpuMsPerRun = sum(({ cpuMs }) => cpuMs) / sum(({ runs }) => runs);
  const rates = reports.map(({ runs, elapsedMs }) => runs / elapsedMs);
  const coreRatio = rates.length < 2 ? null : Math.max(...rates) / Math.min(...rates);
  return { runsPerSecond, cpuMsPerRun, coreRatio, light: null, runTimes: [], reasons: [] };
}

/** Closed loop: the most that the server can do, and the CPU time of all its runs. */
export async function measurePeak(running: Running, context: CellContext): Promise<Peak> {
  const { plan, request } = context;
  const before = readTree(running.server.pid);
  const cell: ServerLoad = {
    requests: [request],
    arrivals: { kind: "closed" },
    connections: plan.connections,
    warmupMs: plan.warmupMs,
    durationMs: plan.cellMs,
    runTimes: true,
    probe: planProbe(running.variant, plan, plan.rounds * plan.cellMs),
  };
  const { progress } = context;
  const onProgress =
    progress?.loaded && ((told: LoadProgress) => progress.loaded?.(running.variant.name, told));
  const result = await load(running, context, cell, onProgress);
  const usage = measureUsage(before, readTree(running.server.pid));
  // Runs of the warm-up, and runs that ended after the measured time, count too.
  const runs = result.load.intervals.reduce((sum, { correct }) => sum + correct, 0);
  return {
    runsPerSecond: result.load.throughputPerSecond,
    cpuMsPerRun: usage.available && runs > 0 ? usage.cpuMs / runs : null,
    coreRatio: null,
    light: takeProbeSample(result),
    runTimes: result.load.runTimes,
    reasons: listReasons(result),
  };
}

/** Open loop at a share of the variant's peak: latency from the intended send. */
export async function measureLatency(
  running: Running,
  context: CellContext,
  { share, peak }: { readonly share: number; readonly peak: number },
): Promise<LatencySample> {
  const { plan, request } = context;
  const offered = share * peak;
  const result = await load(running, context, {
    requests: [{ ...request, expect: { ...request.expect, tolerated: [503] } }],
    arrivals: { kind: "poisson", perSecond: offered, seed: plan.seed },
    connections: plan.openConnections,
    warmupMs: plan.warmupMs,
    durationMs: plan.latencyMs,
    probe: planProbe(running.variant, plan, plan.latencyMs),
  });
  const { latency, service, statuses, throughputPerSecond } = result.load;
  return {
    variant: running.variant.name,
    ...{ share, offered, latency, service },
    achieved: throughputPerSecond,
    ...poolLight([takeProbeSample(result)]),
    shed: statuses["503"] ?? 0,
    validity: judgeCell(result, { ...openLoad, steady: share < 1 }),
  };
}

/** Correct answers by worker. */
export async function measurePlacement(
  running: Running,
  context: CellContext,
  keepAlive: boolean,
): Promise<Readonly<Record<string, number>>> {
  const { plan, request } = context;
  const result = await load(running, context, {
    requests: [request],
    arrivals: { kind: "closed" },
    connections: plan.connections,
    keepAlive,
    durationMs: plan.placementMs,
    worker: { pointer: "/run/worker" },
  });
  return result.load.workers;
}

/** Closed loop: the rate and number of correct answers, and why not to believe them. */
export async function measureThroughput(
  running: Running,
  context: CellContext,
  short: ShortLoad,
): Promise<Pick<CrossoverSample, "runsPerSecond" | "runs" | "reasons">> {
  const result = await load(running, context, {
    requests: [context.request],
    arrivals: { kind: "closed" },
    ...short,
  });
  const { throughputPerSecond, correct } = result.load;
  return { runsPerSecond: throughputPerSecond, runs: correct, reasons: listReasons(result) };
}

/** @throws what `loadServer` throws */
function load(
  running: Running,
  { plan: whole, generator, signal }: CellContext,
  plan: ServerLoad,
  onProgress?: (progress: LoadProgress) => void,
): Promise<LoadResult> {
  const patient = { timeoutMs: chooseTimeoutMs(whole), ...plan };
  return loadServer(running, generator, patient, signal, onProgress);
}

function judgeCell(result: LoadResult, kind?: LoadKind): Validity {
  const validity = judgeRun(result, kind);
  const hint = explainShortCell(result);
  return validity.valid || hint === null
    ? validity
    : { valid: false, reasons: [...validity.reasons, hint] };
}

function listReasons(result: LoadResult): readonly string[] {
  const validity = judgeCell(result);
  return validity.valid ? [] : validity.reasons;
}
