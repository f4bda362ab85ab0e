import type { Part } from "./command-line.ts";
import { planLengthLoad, planPayloadLoad } from "./crossover-load.ts";
import { type BenchPlan, listCrossoverModes, listPlaced } from "./plan.ts";

/** Measured overhead of a cell: reading /proc, messages, connections. */
const betweenCellsMs = 120;
const startMs = 700;
/** Average number of warm-up stretches until the throughput has settled. */
const warmStretches = 2.3;

/** About how long it all takes, in ms. */
export function estimateMs(plan: BenchPlan): number {
  const { variants, rounds, warmupMs, connections, runMs, cores } = plan;
  const servers = variants.filter(({ name }) => name !== "bare");
  // The cell waits for requests that are under way at its end.
  const drainMs = (connections * runMs) / cores;
  const cell = (ms: number) => ms + betweenCellsMs + drainMs;
  const short = (ms: number) => ms + betweenCellsMs + 80;
  const has = (part: Part) => plan.parts.includes(part);
  const modes = variants.filter(({ kind }) => kind === "mode").length;
  const points = [
    ...plan.lengthsMs.map((ms) => planLengthLoad(plan, ms)),
    ...plan.payloadBytes.map((bytes) => planPayloadLoad(plan, bytes)),
  ];
  return (
    servers.length * (startMs + warmStretches * short(plan.stretchMs)) +
    (plan.ownStretchMs === null ? 0 : servers.length * warmStretches * cell(plan.ownStretchMs)) +
    modes * (plan.starts - 1) * startMs +
    rounds * (variants.length + 1) * (cell(warmupMs + plan.cellMs) + plan.paceMs + runMs) +
    (plan.rewarmMs === null
      ? 0
      : rounds * (servers.length + 1) * (short(plan.rewarmMs) + plan.paceMs + runMs)) +
    (has("latency") ? plan.latencyOf.length * plan.shares.length : 0) *
      cell(warmupMs + plan.latencyMs) +
    (has("placement") ? 2 * listPlaced(plan).length : 0) * cell(plan.placementMs) +
    (has("crossover") ? listCrossoverModes(plan).length * plan.crossoverRounds : 0) *
      points.reduce((sum, { warmupMs, durationMs }) => sum + short(warmupMs + durationMs), 0)
  );
}
