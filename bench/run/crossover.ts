/** The same work in several lengths, and inputs of several sizes, in single, cluster and threads. */
import { BareCompute } from "../bare-compute.ts";
import { createRandom, shuffled } from "../statistics/random.ts";
import { type CellContext, measureThroughput, type ShortLoad } from "./cells.ts";
import type { CrossoverSample } from "./collected.ts";
import type { Comparison } from "./compare.ts";
import { payloadDocument } from "./payload.ts";
import {
  type BenchPlan,
  crossoverModes,
  crossoverWarmupMs,
  lengthCellMs,
  payloadCellMs,
} from "./plan.ts";
import type { Running } from "./servers.ts";
import { hashInput, type PreparedWork, prepareWork } from "./work.ts";

interface Point extends Pick<CrossoverSample, "axis" | "x"> {
  readonly work: PreparedWork;
  readonly load: ShortLoad;
  readonly label: string;
}

/** By which the length of one iteration is found. */
const gaugedIterations = 5_000;
const gaugeMs = 150;
/** Larger inputs come over fewer connections, so that each has its turn within the cell. */
const largeBytes = 512 * 1024;

export async function measureCrossover(
  { plan, collected, progress }: Comparison,
  running: ReadonlyMap<string, Running>,
  context: CellContext,
): Promise<void> {
  using compute = new BareCompute(1);
  const servers = crossoverModes(plan).flatMap(({ name }) => running.get(name) ?? []);
  const random = createRandom(plan.seed);
  const points = [...(await lengthPoints(plan, compute)), ...(await payloadPoints(plan, compute))];
  for (let round = 1; round <= plan.crossoverRounds; round += 1) {
    // The variants of a point follow each other: they meet the same pace of the machine.
    for (const { axis, x, work, load, label } of shuffled(points, random)) {
      for (const server of shuffled(servers, random)) {
        const variant = server.variant.name;
        progress.began(`${label}: ${variant}`);
        const cell = { ...context, request: work.request };
        const runsPerSecond = await measureThroughput(server, cell, load);
        collected.crossover.push({ axis, x, variant, runsPerSecond });
        progress.finished(`${label}: ${variant}, ${runsPerSecond.toFixed(0)} runs/s`);
      }
    }
  }
}

async function lengthPoints(plan: BenchPlan, compute: BareCompute): Promise<Point[]> {
  const gauge = hashInput(gaugedIterations);
  await compute.prepare({ task: "hash", input: gauge, files: [] });
  const [report] = await compute.run(gaugeMs);
  const msPerIteration =
    (report?.elapsedMs ?? gaugeMs) / Math.max(1, report?.runs ?? 1) / gaugedIterations;
  const points: Point[] = [];
  for (const ms of plan.lengthsMs) {
    const input = hashInput(Math.max(1, Math.round(ms / msPerIteration)));
    const work = await prepareWork(compute, { task: "hash", input, files: [] });
    const durationMs = lengthCellMs(plan, ms);
    const load = { connections: plan.connections, warmupMs: crossoverWarmupMs, durationMs };
    points.push({ axis: "length", x: ms, work, load, label: `runs of ${ms} ms` });
  }
  return points;
}

async function payloadPoints(plan: BenchPlan, compute: BareCompute): Promise<Point[]> {
  const points: Point[] = [];
  for (const bytes of plan.payloadBytes) {
    const input = { document: payloadDocument(bytes) };
    const work = await prepareWork(compute, { task: "json", input, files: [] });
    const connections = bytes >= largeBytes ? 2 * plan.cores : plan.connections;
    const durationMs = payloadCellMs(plan, bytes);
    const load = { connections, warmupMs: crossoverWarmupMs, durationMs };
    points.push({ axis: "payload", x: bytes, work, load, label: `inputs of ${bytes / 1024} KB` });
  }
  return points;
}
