import { NotHere } from "../../command/failures.ts";
import { layOutTable } from "../../command/table.ts";
import { makeHashInput, makeHashRequest } from "../../compare/run/work.ts";
import { LoadGenerator } from "../../load/generator/load.ts";
import { startManycore } from "../../load/processes/server.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { median } from "../../load/statistics/sample.ts";
import { runWrk } from "../peers/wrk.ts";
import { measureInterleaved, type Pace, type Question } from "./question.ts";
import { writeRoundsRatio } from "./ratio.ts";

const connections = 16;
const ours = "ours";
const theirs = "wrk";

/** Each keeps its server busy, so the server is the limit and not the generator. */
const workloads = [
  { name: "GET /, one process", mode: "single", path: "/" },
  {
    name: "GET /hash of 10 ms, cluster",
    mode: "cluster",
    path: makeHashRequest(makeHashInput(21_000)).path,
  },
] as const;

interface Found {
  readonly perSecond: number;
  readonly cpuUsPerRequest: number | null;
}

/**
 * The load generator and wrk, in the same closed loop on the same server: the throughput that each
 * finds, and the CPU time that each needs for a request.
 */
export const generator: Question = {
  name: "generator",
  asks: "Does the load generator find what wrk finds, and what does it cost a request?",
  async run(pace) {
    try {
      const rows: string[][] = [];
      for (const workload of workloads) rows.push(await compareGenerators(workload, pace));
      const head = ["load", "wrk/s", "ours/s", "x wrk", "wrk, CPU us", "ours, CPU us"];
      return layOutTable(head, rows);
    } catch (error) {
      if (!(error instanceof NotHere) || process.env["CI"]) throw error;
      return `Not measured: ${error.message} (apt-get install wrk).`;
    }
  },
};

async function compareGenerators(
  { name, mode, path }: (typeof workloads)[number],
  pace: Pace,
): Promise<string[]> {
  const { signal } = pace;
  await using server = await startManycore(["--mode", mode], signal);
  using generator = new LoadGenerator();
  const seconds = Math.max(1, Math.round(pace.cellMs / 1_000));
  const variants = new Map<string, () => Promise<Found>>([
    [theirs, () => runWrk({ url: server.url + path, connections, seconds }, signal)],
    [ours, () => runOurs(generator, server.url, path, seconds, signal)],
  ]);
  for (const warmUp of variants.values()) await warmUp();
  const random = createRandom(1);
  const samples = await measureInterleaved(variants, pace, (items) => shuffle(items, random));
  const rates = (who: string) => (samples.get(who) ?? []).map(({ perSecond }) => perSecond);
  const cpu = (who: string) => {
    const known = (samples.get(who) ?? []).flatMap(({ cpuUsPerRequest }) => cpuUsPerRequest ?? []);
    return known.length === 0 ? "" : median(known).toFixed(1);
  };
  return [
    ...[name, median(rates(theirs)).toFixed(1), median(rates(ours)).toFixed(1)],
    ...[writeRoundsRatio(rates(theirs), rates(ours)), cpu(theirs), cpu(ours)],
  ];
}

async function runOurs(
  generator: LoadGenerator,
  url: string,
  path: string,
  seconds: number,
  signal: AbortSignal,
): Promise<Found> {
  const plan = {
    ...{ url, requests: [{ path }], connections, durationMs: 1_000 * seconds },
    arrivals: { kind: "closed" },
  } as const;
  const { load, generator: cost } = await generator.run(plan, { signal });
  signal.throwIfAborted();
  return { perSecond: load.throughputPerSecond, cpuUsPerRequest: cost.perRequestUs };
}
