import { availableParallelism } from "node:os";
import { layOutTable } from "../../command/table.ts";
import { simulateQueue } from "../../compare/queueing/simulated-queue.ts";
import { makeHashInput, makeHashRequest } from "../../compare/run/work.ts";
import { runLoad } from "../../load/generator/load.ts";
import type { LoadPlan } from "../../load/generator/plan.ts";
import { measureUsage, readTree } from "../../load/processes/process-tree.ts";
import { type ServerUnderTest, startManycore } from "../../load/processes/server.ts";
import type { Distribution } from "../../load/result.ts";
import { type Percentile, poolTimes, writeTold } from "../../load/statistics/percentiles.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { mean, median } from "../../load/statistics/sample.ts";
import { measureCrowd } from "./crowd.ts";
import { measureInterleaved, type Pace, type Question } from "./question.ts";

/** A run of about 20 ms. */
const iterations = 42_000;
/** Clients with a connection each: every arrival takes one at random. */
const connections = 64;
const shares = [0.5, 0.7, 0.8];
const simulatedRequests = 200_000;
const percentiles = ["p50", "p95", "p99"] as const satisfies readonly Percentile[];

const serverFlags: Readonly<Record<string, readonly string[]>> = {
  "cluster, hand-over off": ["--hand-over", "off"],
  "cluster, hand-over on": ["--hand-over", "on"],
  threads: ["--mode", "threads"],
};
const plain = "cluster, hand-over off";

/** What is measured of a server in one round. */
interface Cell {
  readonly latency: Distribution;
  readonly cpuMsPerRun: number;
}

/**
 * `GET /hash` in an open loop at shares of the peak of plain `cluster`: what handing waiting runs over
 * does to the latency, against threads and against a simulated queue that all slots share. Then the
 * worst case: keep-alive clients that are all on one worker.
 */
export const handOver: Question = {
  name: "hand-over",
  asks: "What does handing waiting runs over to other workers do to latency? (6 min)",
  async run(pace) {
    await using stack = new AsyncDisposableStack();
    const servers = new Map<string, ServerUnderTest>();
    for (const [name, flags] of Object.entries(serverFlags)) {
      servers.set(name, stack.use(await startManycore(flags, pace.signal)));
    }
    const peak = await measurePeak(servers, pace);
    const rows = await measureShares(servers, peak, pace);
    const head = ["of peak", "server", ...percentiles.map((name) => `${name} ms`), "CPU ms/run"];
    const crowd = await measureCrowds(servers, pace);
    return `Peak of ${plain}: ${peak.toFixed(1)} runs/s.\n\n${layOutTable(head, rows)}\n\n${crowd}`;
  },
};

async function measurePeak(
  servers: ReadonlyMap<string, ServerUnderTest>,
  { signal, cellMs, onCell }: Pace,
): Promise<number> {
  let peak = 0;
  for (const [name, server] of servers) {
    const plan: LoadPlan = {
      ...planLoad(server),
      arrivals: { kind: "closed" },
      connections: 4 * availableParallelism(),
      warmupMs: 2 * cellMs,
      durationMs: 5 * cellMs,
    };
    const { load } = await runLoad(plan, { signal });
    signal.throwIfAborted();
    if (name === plain) peak = load.throughputPerSecond;
    onCell(`peak of ${name}: ${load.throughputPerSecond.toFixed(1)} runs/s`);
  }
  return Math.max(1, peak);
}

async function measureShares(
  servers: ReadonlyMap<string, ServerUnderTest>,
  peak: number,
  pace: Pace,
): Promise<string[][]> {
  let seed = 0;
  const variants = new Map<string, () => Promise<Cell>>();
  for (const share of shares) {
    for (const [name, server] of servers) {
      variants.set(nameVariant(share, name), () => measureOpen(server, share * peak, ++seed, pace));
    }
  }
  const random = createRandom(1);
  const samples = await measureInterleaved(variants, pace, (items) => shuffle(items, random));
  return shares.flatMap((share) => [
    ...[...servers.keys()].map((name) => [
      ...[writeShare(share), name],
      ...describeCells(samples.get(nameVariant(share, name)) ?? []),
    ]),
    [writeShare(share), "simulated shared queue", ...simulate(share, peak), ""],
  ]);
}

function nameVariant(share: number, server: string): string {
  return `${server} at ${writeShare(share)}`;
}

async function measureOpen(
  server: ServerUnderTest,
  perSecond: number,
  seed: number,
  { signal, cellMs }: Pace,
): Promise<Cell> {
  const plan: LoadPlan = {
    ...planLoad(server),
    arrivals: { kind: "poisson", perSecond, seed },
    ...{ connections, durationMs: 2 * cellMs },
  };
  const before = readTree(server.pid);
  const { load } = await runLoad(plan, { signal });
  signal.throwIfAborted();
  const usage = measureUsage(before, readTree(server.pid));
  if (!usage.available) throw new Error(usage.reason);
  return { latency: load.latency, cpuMsPerRun: usage.cpuMs / load.correct };
}

function describeCells(cells: readonly Cell[]): string[] {
  const pooled = poolTimes(cells.map(({ latency }) => latency));
  const times = percentiles.map((name) => pooled && writeTold(pooled, name, (ms) => ms.toFixed(1)));
  return [
    ...times.map((text) => text ?? "too few"),
    mean(cells.map((cell) => cell.cpuMsPerRun)).toFixed(1),
  ];
}

/** Every run takes the mean time of a slot at the peak. */
function simulate(share: number, peak: number): string[] {
  const slots = availableParallelism();
  const { sojourn } = simulateQueue({
    servers: slots,
    perSecond: share * peak,
    service: { kind: "constant", ms: (1000 * slots) / peak },
    routing: { kind: "shared" },
    requests: simulatedRequests,
  });
  return percentiles.map((name) => sojourn[name].toFixed(1));
}

async function measureCrowds(
  servers: ReadonlyMap<string, ServerUnderTest>,
  pace: Pace,
): Promise<string> {
  const path = makeHashRequest(makeHashInput(iterations)).path;
  const clusters = [...servers].filter(([name]) => name.startsWith("cluster"));
  const variants = new Map(
    clusters.map(([name, { url }]) => [
      `${name}, all clients on one worker`,
      () => measureCrowd(url, path, 2 * pace.cellMs, pace.signal),
    ]),
  );
  const samples = await measureInterleaved(variants, pace, (items) => [...items]);
  const rows = [...samples].map(([name, each]) => [name, median(each).toFixed(1)]);
  return layOutTable(["server", "runs/s (median)"], rows);
}

function planLoad({ url }: ServerUnderTest) {
  return { url, requests: [makeHashRequest(makeHashInput(iterations))] };
}

function writeShare(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
