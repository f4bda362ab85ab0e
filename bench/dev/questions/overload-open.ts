import { availableParallelism } from "node:os";
import { layOutTable } from "../../command/table.ts";
import { makeHashInput, makeHashRequest } from "../../compare/run/work.ts";
import { runLoad } from "../../load/generator/load.ts";
import type { LoadPlan } from "../../load/generator/plan.ts";
import { type ServerUnderTest, startManycore } from "../../load/processes/server.ts";
import { mean, median } from "../../load/statistics/sample.ts";
import { describeControl, describeMemory, lookBeside } from "./beside.ts";
import { type Follower, followRefusals } from "./followers.ts";
import type { Pace, Question } from "./question.ts";

/** A run of about 50 ms. */
const iterations = 105_000;
/** The rate that is sent, as a multiple of what the server can do. */
const factor = 10;
/** In each worker. */
const maxPending = 40;
const cores = availableParallelism();
const workersOf = { cluster: cores, threads: 1 };
const connections = 500;
/** Cells of overload for each round: 60 s by default. */
const cellsPerRound = 4;

/**
 * Ten times the peak rate, in an open loop: clients that do not wait for answers. Shows what of the peak
 * is still done, what becomes of the rest, and whether `Retry-After` is right when it is followed.
 */
export const overloadOpen: Question = {
  name: "overload-open",
  asks: "What is left of the peak at ten times its rate, and is Retry-After right? (3 min)",
  async run(pace) {
    const work: string[][] = [];
    const health: string[][] = [];
    for (const [mode, workers] of Object.entries(workersOf)) {
      const flags = ["--mode", mode, "--max-pending", String(maxPending), "--queue-timeout", "60s"];
      await using server = await startManycore(flags, pace.signal);
      const measured = await measureOverload(server, workers * maxPending + cores, pace);
      work.push([mode, ...measured.work]);
      health.push([mode, ...measured.health]);
    }
    const goodput = ["mode", "peak/s before, after", "goodput", "503", "other"];
    const advice = ["Retry-After s", "then 200", "then median ms"];
    const answers = ["mode", "/livez p50 ms", "max ms", "control p50 ms", "max ms"];
    const memory = "MiB at first; median of each quarter";
    return `${layOutTable([...goodput, ...advice], work)}\n\n${layOutTable([...answers, memory], health)}`;
  },
};

interface Measured {
  readonly work: readonly string[];
  readonly health: readonly string[];
}

/** @param room how many runs the server takes at once */
async function measureOverload(
  server: ServerUnderTest,
  room: number,
  pace: Pace,
): Promise<Measured> {
  const { signal, onCell } = pace;
  const before = await measurePeak(server, pace);
  onCell(`peak before: ${before.toFixed(1)} runs/s`);
  const { result, seen } = await overloadServer(server, before, pace);
  const url = new URL(makeHashRequest(makeHashInput(iterations)).path, server.url);
  const followers = await followRefusals(url, Math.round(1.8 * room), signal);
  const { load, probe } = result;
  signal.throwIfAborted();
  onCell(`overload: ${load.throughputPerSecond.toFixed(1)} runs/s`);
  const after = await measurePeak(server, pace);
  onCell(`peak after: ${after.toFixed(1)} runs/s`);
  const refused = load.statuses["503"] ?? 0;
  const work = [
    `${before.toFixed(1)}, ${after.toFixed(1)}`,
    `${((100 * load.throughputPerSecond) / mean([before, after])).toFixed(1)} %`,
    `${((100 * refused) / load.intended).toFixed(1)} %`,
    String(load.intended - load.correct - refused),
    ...describeFollowers(followers),
  ];
  const livez = [probe?.latency.p50?.toFixed(1) ?? "", probe?.latency.max?.toFixed(1) ?? ""];
  return { work, health: [...livez, ...describeControl(seen), describeMemory(seen)] };
}

/** Throughput of a closed loop that keeps every slot busy. */
async function measurePeak(
  server: ServerUnderTest,
  { signal, cellMs }: Pick<Pace, "signal" | "cellMs">,
): Promise<number> {
  const plan = planLoad(server, {
    arrivals: { kind: "closed" },
    connections: 2 * cores,
    ...{ warmupMs: cellMs, durationMs: 5 * cellMs },
  });
  const { load } = await runLoad(plan, { signal });
  signal.throwIfAborted();
  return load.throughputPerSecond;
}

async function overloadServer(
  server: ServerUnderTest,
  peak: number,
  { signal, cellMs, rounds }: Pace,
) {
  const perSecond = factor * Math.max(1, peak);
  const loading = runLoad(
    planLoad(server, {
      arrivals: { kind: "poisson", perSecond, seed: 1 },
      ...{ connections, warmupMs: cellMs, durationMs: cellsPerRound * rounds * cellMs },
      probe: { request: { path: "/livez" }, perSecond: 10 },
    }),
    { signal },
  );
  const [result, seen] = await Promise.all([loading, lookBeside(server, loading, signal)]);
  signal.throwIfAborted();
  return { result, seen };
}

function describeFollowers(followers: readonly Follower[]): string[] {
  if (followers.length === 0) return ["none refused", "", ""];
  const seconds = followers.map(({ retryAfterSeconds }) => retryAfterSeconds);
  const good = followers.filter(({ statusThen }) => statusThen === 200);
  return [
    `${Math.min(...seconds)} to ${Math.max(...seconds)}`,
    `${good.length} of ${followers.length}`,
    median(followers.map(({ msThen }) => msThen)).toFixed(1),
  ];
}

function planLoad(
  server: ServerUnderTest,
  plan: Pick<LoadPlan, "arrivals" | "connections" | "durationMs" | "warmupMs" | "probe">,
): LoadPlan {
  const request = makeHashRequest(makeHashInput(iterations));
  const requests = [{ ...request, expect: { tolerated: [503] } }];
  return { url: server.url, requests, ...plan };
}
