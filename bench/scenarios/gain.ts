import { availableParallelism } from "node:os";
import { BareCompute } from "../bare-compute.ts";
import { runLoad } from "../generator/load.ts";
import { readTree, usageBetween } from "../measure/process-tree.ts";
import { type ServerUnderTest, startManycore } from "../server.ts";
import { createRandom, shuffled } from "../statistics/random.ts";
import { median } from "../statistics/sample.ts";
import { ratioText, table } from "../table.ts";
import { interleaved, type Pace, type Scenario } from "./scenario.ts";

const modes = ["single", "cluster", "threads", "hybrid", "libuv"] as const;
const bare = "bare computation";
/** Of pbkdf2-sha512 with a 64-byte key: about 10 ms. */
const iterations = 21_000;
const connections = 16;
const probesPerSecond = 20;
/** Of each cell: the generator's process gets going, and its connections are opened. */
const warmupMs = 300;

/** One variant in one round. */
interface Sample {
  readonly runsPerSecond: number;
  readonly cpuMsPerRun: number;
  readonly probe?: { readonly p50: number; readonly p99: number };
}

/**
 * Throughput, CPU time a run and the quickness of `GET /`, on a hash of about 10 ms from 16
 * keep-alive connections, held against `single` and against the bare computation in as many
 * processes as there are cores. Rounds are interleaved, so that a change in the machine's pace
 * meets every variant.
 */
export const gain: Scenario = {
  name: "gain",
  asks: "What does each mode gain over one core, and what does it cost?",
  async run(pace) {
    await using servers = new AsyncDisposableStack();
    using compute = new BareCompute(availableParallelism());
    const order = { iterations, durationMs: pace.cellMs };
    const [first] = await compute.run({ iterations, durationMs: 1 });
    const variants = new Map([[bare, () => computed(compute, order)]]);
    for (const mode of modes) {
      const server = servers.use(await startManycore(["--mode", mode]));
      await warmUp(server);
      variants.set(mode, () => loaded(server, first?.digest ?? "", pace));
    }
    const random = createRandom(1);
    return report(await interleaved(variants, pace, (items) => shuffled(items, random)));
  },
};

/** Thousands of short runs, so that the server's code has been compiled when the rounds begin. */
async function warmUp(server: ServerUnderTest): Promise<void> {
  await runLoad({
    url: server.url,
    requests: [{ path: "/hash?input=warm&iterations=1" }, { path: "/" }],
    arrivals: { kind: "closed" },
    connections,
    durationMs: 60_000,
    maxRequests: 20_000,
  });
}

async function computed(compute: BareCompute, order: { iterations: number; durationMs: number }) {
  const reports = await compute.run(order);
  const runs = reports.reduce((sum, report) => sum + report.runs, 0);
  const runsPerSecond = reports.reduce((sum, r) => sum + (r.runs / r.elapsedMs) * 1000, 0);
  return { runsPerSecond, cpuMsPerRun: reports.reduce((sum, r) => sum + r.cpuMs, 0) / runs };
}

async function loaded(server: ServerUnderTest, digest: string, pace: Pace): Promise<Sample> {
  const body = JSON.stringify({ input: "bench", salt: "salt", saltEncoding: "utf8", iterations });
  const expect = { body: { kind: "json", pointer: "/result/digest", equals: digest } } as const;
  const before = readTree(server.pid);
  const { load, probe } = await runLoad({
    url: server.url,
    requests: [{ method: "POST", path: "/hash", body, expect }],
    arrivals: { kind: "closed" },
    connections,
    warmupMs,
    durationMs: pace.cellMs,
    probe: { perSecond: probesPerSecond },
  });
  const usage = usageBetween(before, readTree(server.pid));
  if (!usage.available || !probe) throw new Error("The CPU time of the server cannot be read");
  if (load.correct < load.intended) {
    throw new Error(`Not every answer was right: ${JSON.stringify(load.statuses)}`);
  }
  // The CPU time is of all runs: those in the warm-up, and those that were under way at the end, one
  // on each connection.
  const runs = load.intervals.reduce((sum, { correct }) => sum + correct, connections);
  return {
    runsPerSecond: load.throughputPerSecond,
    cpuMsPerRun: usage.cpuMs / runs,
    probe: probe.latency,
  };
}

function report(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const of = (name: string) => samples.get(name) ?? [];
  const middle = (name: string, pick: (sample: Sample) => number) => median(of(name).map(pick));
  const ratio = (name: string, to: string, pick: (sample: Sample) => number) =>
    ratioText(of(to).map(pick), of(name).map(pick));
  const rate = ({ runsPerSecond }: Sample) => runsPerSecond;
  const cpu = ({ cpuMsPerRun }: Sample) => cpuMsPerRun;
  const probe = (name: string, quantile: "p50" | "p99") =>
    name === bare ? "" : middle(name, (s) => s.probe?.[quantile] ?? Number.NaN).toFixed(1);
  const rows = [...samples.keys()].map((name) => [
    name,
    middle(name, rate).toFixed(1),
    ratio(name, "single", rate),
    ratio(name, bare, rate),
    middle(name, cpu).toFixed(2),
    ratio(name, bare, cpu),
    probe(name, "p50"),
    probe(name, "p99"),
  ]);
  const head = ["variant", "runs/s", "x single", "x bare", "CPU ms/run", "x bare"];
  return table([...head, "GET / p50 ms", "p99 ms"], rows);
}
