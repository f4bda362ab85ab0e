import { availableParallelism } from "node:os";
import { layOutTable } from "../../command/table.ts";
import { makeHashInput, makeHashRequest } from "../../compare/run/work.ts";
import { runLoad } from "../../load/generator/load.ts";
import type { LoadPlan } from "../../load/generator/plan.ts";
import { readTreeMemory } from "../../load/processes/process-tree.ts";
import { type ServerUnderTest, startManycore } from "../../load/processes/server.ts";
import { median } from "../../load/statistics/sample.ts";
import { type Follower, followRefusals } from "./followers.ts";
import type { Pace, Question } from "./question.ts";

/** A run of about 50 ms. */
const iterations = 105_000;
/** The rate that is sent, as a multiple of what the server can do. */
const factor = 10;
const maxPending = 40;
const connections = 500;
/** Cells of overload for each round: 60 s by default. */
const cellsPerRound = 4;

/**
 * Ten times the peak rate, in an open loop: clients that do not wait for answers. Shows what of the peak
 * is still done, what becomes of the rest, and whether `Retry-After` is right when it is followed.
 */
export const overloadOpen: Question = {
  name: "overload-open",
  asks: "What is left of the peak at ten times its rate, and is Retry-After right? (2 min)",
  async run(pace) {
    const rows: string[][] = [];
    for (const mode of ["cluster", "threads"]) {
      const flags = ["--mode", mode, "--max-pending", String(maxPending), "--queue-timeout", "60s"];
      await using server = await startManycore(flags, pace.signal);
      rows.push([mode, ...(await measureOverload(server, pace))]);
    }
    const head = ["mode", "peak/s", "goodput", "503", "other", "/livez p50 ms", "max ms"];
    const more = ["Retry-After s", "then 200", "then median ms", "MiB before, after"];
    return layOutTable([...head, ...more], rows);
  },
};

async function measureOverload(server: ServerUnderTest, pace: Pace): Promise<string[]> {
  const { signal, cellMs, rounds, onCell } = pace;
  const slots = availableParallelism();
  const closed = { arrivals: { kind: "closed" }, connections: 2 * slots } as const;
  await runLoad(planLoad(server, { ...closed, durationMs: cellMs }), { signal });
  const { load: peak } = await runLoad(planLoad(server, { ...closed, durationMs: 5 * cellMs }), {
    signal,
  });
  signal.throwIfAborted();
  onCell(`peak: ${peak.throughputPerSecond.toFixed(1)} runs/s`);
  const before = readMemoryText(server);
  const perSecond = factor * Math.max(1, peak.throughputPerSecond);
  let following: Promise<readonly Follower[]> | undefined;
  const url = new URL(makeHashRequest(makeHashInput(iterations)).path, server.url);
  const { load, probe } = await runLoad(
    planLoad(server, {
      arrivals: { kind: "poisson", perSecond, seed: 1 },
      ...{ connections, warmupMs: cellMs, durationMs: cellsPerRound * rounds * cellMs },
      probe: { request: { path: "/livez" }, perSecond: 10 },
    }),
    {
      signal,
      onProgress: ({ phase }) => {
        // The load has ended, and the lines are still full.
        if (phase === "drain") following ??= followRefusals(url, signal);
      },
    },
  );
  signal.throwIfAborted();
  const followers = (await following) ?? [];
  onCell(`overload: ${load.throughputPerSecond.toFixed(1)} runs/s`);
  const refused = load.statuses["503"] ?? 0;
  return [
    peak.throughputPerSecond.toFixed(1),
    `${((100 * load.throughputPerSecond) / peak.throughputPerSecond).toFixed(1)} %`,
    `${((100 * refused) / load.intended).toFixed(1)} %`,
    String(load.intended - load.correct - refused),
    probe?.latency.p50?.toFixed(1) ?? "",
    probe?.latency.max?.toFixed(1) ?? "",
    ...describeFollowers(followers),
    `${before}, ${readMemoryText(server)}`,
  ];
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

function readMemoryText(server: ServerUnderTest): string {
  const memory = readTreeMemory(server.pid);
  return memory.available ? (memory.bytes / 1024 ** 2).toFixed(0) : memory.reason;
}
