/** Measures several lengths of runs and sizes of inputs, in single, cluster and threads. */

import { giveJson } from "../../command/given-input.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { planLengthLoad, planPayloadLoad, type ShortLoad } from "../plan/crossover-load.ts";
import { type BenchPlan, listCrossoverModes } from "../plan/plan.ts";
import { BareCompute } from "../references/bare-compute.ts";
import type { CrossoverSample } from "../result/collected.ts";
import { type CellContext, measureThroughput } from "./cells.ts";
import type { Comparison } from "./compare.ts";
import { makePayload } from "./payload.ts";
import type { Running } from "./servers.ts";
import { gaugeRunLengthMs, makeHashInput, type PreparedWork, prepareWork } from "./work.ts";

interface Point extends Pick<CrossoverSample, "axis" | "x" | "runMs"> {
  readonly work: PreparedWork;
  readonly load: ShortLoad;
  readonly label: string;
}

/** Iterations of the run that gauges the length of one iteration. */
const gaugedIterations = 5_000;

export async function measureCrossover(
  { plan, collected, progress, signal }: Comparison,
  running: ReadonlyMap<string, Running>,
  context: CellContext,
): Promise<void> {
  using compute = new BareCompute(1, signal);
  const servers = listCrossoverModes(plan).flatMap(({ name }) => running.get(name) ?? []);
  const random = createRandom(plan.seed);
  const points = [
    ...(await makeLengthPoints(plan, compute)),
    ...(await makePayloadPoints(plan, compute)),
  ];
  for (let round = 1; round <= plan.crossoverRounds; round += 1) {
    // The variants of a point follow each other, so that they meet the same pace of the machine.
    for (const { axis, x, runMs, work, load, label } of shuffle(points, random)) {
      for (const server of shuffle(servers, random)) {
        const variant = server.variant.name;
        progress.began(`${label}: ${variant}`);
        const cell = { ...context, request: work.request };
        const measured = await measureThroughput(server, cell, load);
        collected.crossover.push({ axis, x, runMs, variant, round, ...measured });
        progress.finished(`${label}: ${variant}, ${measured.runsPerSecond.toFixed(0)} runs/s`);
      }
    }
  }
}

async function makeLengthPoints(plan: BenchPlan, compute: BareCompute): Promise<Point[]> {
  const gauge = makeHashInput(gaugedIterations);
  await compute.prepare({ task: "hash", input: giveJson(gauge), files: [] });
  const msPerIteration = (await gaugeRunLengthMs(compute)) / gaugedIterations;
  const points: Point[] = [];
  for (const ms of plan.lengthsMs) {
    const input = makeHashInput(Math.max(1, Math.round(ms / msPerIteration)));
    const work = await prepareWork(compute, { task: "hash", input: giveJson(input), files: [] });
    const load = planLengthLoad(plan, ms);
    points.push({ axis: "length", x: ms, runMs: ms, work, load, label: `runs of ${ms} ms` });
  }
  return points;
}

async function makePayloadPoints(plan: BenchPlan, compute: BareCompute): Promise<Point[]> {
  const points: Point[] = [];
  for (const bytes of plan.payloadBytes) {
    const input = giveJson({ document: makePayload(bytes) });
    const work = await prepareWork(compute, { task: "json", input, files: [] });
    const load = planPayloadLoad(plan, bytes);
    const runMs = await gaugeRunLengthMs(compute);
    points.push({
      axis: "payload",
      x: bytes,
      runMs,
      work,
      load,
      label: `inputs of ${bytes / 1024} KB`,
    });
  }
  return points;
}
