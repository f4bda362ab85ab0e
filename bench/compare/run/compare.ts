/** The comparison: starts every variant's server, and measures cell after cell. */

import { messageOf } from "../../../src/errors.ts";
import { RunError } from "../../command/failures.ts";
import { LoadGenerator } from "../../load/generator/load.ts";
import { readTreeMemory } from "../../load/processes/process-tree.ts";
import { ServerDidNotStart } from "../../load/processes/server.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { planRounds } from "../../load/statistics/rounds.ts";
import { median } from "../../load/statistics/sample.ts";
import { listPlaced } from "../plan/plan.ts";
import type { BareCompute } from "../references/bare-compute.ts";
import type { BareRate, Collected } from "../result/collected.ts";
import {
  type CellContext,
  measureBare,
  measureLatency,
  measurePeak,
  measurePlacement,
} from "./cells.ts";
import { measureCrossover } from "./crossover.ts";
import type { Progress } from "./progress.ts";
import { type Running, type StartContext, startVariant } from "./servers.ts";
import { rewarm, warmUp } from "./warm-up.ts";

export interface Comparison extends StartContext {
  readonly compute: BareCompute;
  readonly progress: Progress;
  readonly collected: Collected;
}

/** @throws whatever ends it early; `collected` then has what was measured until then */
export async function compare(comparison: Comparison): Promise<void> {
  const { plan, work, signal } = comparison;
  using generator = new LoadGenerator();
  await using servers = new AsyncDisposableStack();
  const running = await startAll(comparison, generator, servers);
  const { progress } = comparison;
  const context: CellContext = { plan, request: work.request, generator, signal, progress };
  await measurePeaks(comparison, running, context);
  readMemory(comparison, running);
  if (plan.parts.includes("latency")) await measureLatencies(comparison, running, context);
  if (plan.parts.includes("placement")) await measurePlacements(comparison, running, context);
  if (plan.parts.includes("crossover")) await measureCrossover(comparison, running, context);
}

async function startAll(
  comparison: Comparison,
  generator: LoadGenerator,
  servers: AsyncDisposableStack,
): Promise<Map<string, Running>> {
  const { plan, collected, progress, signal } = comparison;
  const running = new Map<string, Running>();
  for (const variant of plan.variants.filter(({ name }) => name !== "bare")) {
    signal.throwIfAborted();
    progress.began(`starting ${variant.name}`);
    const starts = variant.kind === "mode" ? plan.starts : 1;
    try {
      for (let start = 1; start <= starts; start += 1) {
        const started = await startVariant(variant, comparison);
        collected.startUps.push({ variant: variant.name, ms: started.startUpMs });
        if (start < starts) {
          await started.server[Symbol.asyncDispose]();
          continue;
        }
        servers.use(started.server);
        progress.serves?.(started);
        collected.warmUps.set(variant.name, await warmUp(started, generator, comparison));
        running.set(variant.name, started);
      }
    } catch (error) {
      signal.throwIfAborted();
      collected.unavailable.set(variant.name, explainMissing(error));
    }
    progress.finished(`${variant.name} started`);
  }
  if (running.size > 0) return running;
  const [why = "nothing was chosen"] = collected.unavailable.values();
  throw new RunError(`no server could be measured. The first: ${why}`);
}

async function measurePeaks(
  comparison: Comparison,
  running: ReadonlyMap<string, Running>,
  context: CellContext,
): Promise<void> {
  const { plan, collected, compute, progress, signal } = comparison;
  const names = plan.variants
    .map(({ name }) => name)
    .filter((name) => name === "bare" || running.has(name));
  const first = names.includes(plan.control) ? plan.control : (names[1] ?? "bare");
  const ordered = [first, ...names.filter((name) => name !== first)];
  let before = await measureBare(compute, plan.paceMs);
  for (const [index, entries] of planRounds(ordered, plan.rounds, plan.seed).entries()) {
    const round = index + 1;
    for (const { variant, twin } of entries) {
      signal.throwIfAborted();
      const label = `round ${round} of ${plan.rounds}: ${variant}${twin ? " (again)" : ""}`;
      progress.began(label, variant);
      const server = running.get(variant);
      if (server && plan.rewarmMs !== null) {
        await rewarm(server, context.generator, comparison, plan.rewarmMs);
        before = await measureBare(compute, plan.paceMs);
      }
      const peak = server
        ? await measurePeak(server, context)
        : await measureBare(compute, plan.cellMs);
      const after = await measureBare(compute, plan.paceMs);
      collected.peaks.push({ variant, round, twin, ...peak, beside: averageRates(before, after) });
      before = after;
      progress.finished(label, { variant, runsPerSecond: peak.runsPerSecond });
    }
  }
}

function averageRates(before: BareRate, after: BareRate): BareRate {
  return {
    runsPerSecond: (before.runsPerSecond + after.runsPerSecond) / 2,
    cpuMsPerRun: (before.cpuMsPerRun + after.cpuMsPerRun) / 2,
  };
}

function readMemory({ collected, plan }: Comparison, running: ReadonlyMap<string, Running>): void {
  for (const { name } of plan.variants) {
    const server = running.get(name)?.server;
    const memory = server && readTreeMemory(server.pid);
    if (memory?.available) {
      collected.memory.set(name, { bytes: memory.bytes, kind: memory.kind });
    }
  }
}

async function measureLatencies(
  { plan, collected, progress }: Comparison,
  running: ReadonlyMap<string, Running>,
  context: CellContext,
): Promise<void> {
  const cells = plan.latencyOf.flatMap((name) => plan.shares.map((share) => ({ name, share })));
  for (const { name, share } of shuffle(cells, createRandom(plan.seed))) {
    const server = running.get(name);
    const peaks = collected.peaks.filter(({ variant, twin }) => variant === name && !twin);
    if (server === undefined || peaks.length === 0) continue;
    const peak = median(peaks.map(({ runsPerSecond }) => runsPerSecond));
    if (!(peak > 0)) continue;
    const label = `latency at ${Math.round(100 * share)} %: ${name}`;
    progress.began(label);
    collected.latency.push(await measureLatency(server, context, { share, peak }));
    progress.finished(label);
  }
}

async function measurePlacements(
  { plan, work, collected, progress }: Comparison,
  running: ReadonlyMap<string, Running>,
  context: CellContext,
): Promise<void> {
  if (!work.namesWorker) return;
  for (const { name } of listPlaced(plan)) {
    const server = running.get(name);
    if (server === undefined) continue;
    const label = `who answers: ${name}`;
    progress.began(label);
    const keepAlive = await measurePlacement(server, context, true);
    const connectionPerRequest = await measurePlacement(server, context, false);
    collected.perWorker.set(name, { keepAlive, connectionPerRequest });
    progress.finished(label);
  }
}

/** In the server's own words if it said anything. */
function explainMissing(error: unknown): string {
  if (error instanceof RunError) return error.message;
  const why = error instanceof ServerDidNotStart ? error.why : null;
  return `it did not start: ${why ?? messageOf(error).trim().split("\n")[0] ?? ""}`;
}
