import { layOutTable } from "../../command/table.ts";
import { findModuleFile } from "../../load/processes/module-file.ts";
import { measureUsage, readTree } from "../../load/processes/process-tree.ts";
import { type ServerUnderTest, startManycore } from "../../load/processes/server.ts";
import { createRandom, shuffle } from "../../load/statistics/random.ts";
import { median, quantile } from "../../load/statistics/sample.ts";
import { type PlacedClient, placeClients } from "./placed-clients.ts";
import { measureInterleaved, type Question } from "./question.ts";

const tasks = findModuleFile("./waiting-task", import.meta.url);
/** Slots of each of two workers. Twice as many clients fill the slots of both. */
const slots = 8;

/** A run that holds its slot for `ms`: long enough that the server hands runs of this size over. */
interface Load {
  readonly name: string;
  readonly ms: number;
  readonly inputLength: number;
  readonly outputLength: number;
}

const loads: readonly Load[] = [
  { name: "input 0 KB", ms: 40, inputLength: 0, outputLength: 0 },
  { name: "input 10 KB", ms: 60, inputLength: 10_000, outputLength: 0 },
  { name: "input 60 KB", ms: 120, inputLength: 60_000, outputLength: 0 },
  { name: "input 250 KB", ms: 400, inputLength: 250_000, outputLength: 0 },
  { name: "output 250 KB", ms: 400, inputLength: 0, outputLength: 250_000 },
];

/** One load in one round, with the clients placed in one way. */
interface Cell {
  readonly cpuMsPerRun: number;
  /** Share of the runs that another worker carried out. */
  readonly awayShare: number;
  /** The time of an answer without its run, ms: of runs at home, and of those elsewhere. */
  readonly homeMs: readonly number[];
  readonly awayMs: readonly number[];
}

/**
 * What it costs to hand one run over, by the size of its input: CPU time of the whole server, and time
 * that its client waits longer. The runs only wait, in as many slots as there are clients. Either each
 * worker has half of the clients, and no run has to wait; or one has them all, and hands every second
 * run over. Nothing else differs.
 *
 * It is what the bounds in src/compute/hand-over/run-costs.ts are about.
 */
export const handOverCost: Question = {
  name: "hand-over-cost",
  asks: "What does it cost to hand one run over, by the size of its input? (3 min)",
  async run(pace) {
    const layout = [
      "--mode",
      "libuv",
      "--workers",
      "2",
      "--threads",
      String(slots),
      "--boot-timeout",
      "1m",
    ];
    const quiet = ["--log-level", "error"]; // It warns of slots that are more than the cores.
    const flags = [...layout, "--tasks", tasks, "--hand-over", "on", ...quiet];
    await using server = await startManycore(flags, pace.signal);
    using clients = new DisposableStack();
    const placed = await placeClients(server.url, [3 * slots, slots], pace.signal);
    for (const client of placed.flat()) clients.use(client);
    const [one = [], two = []] = placed;
    const ways = { home: [...one.slice(0, slots), ...two], away: one.slice(slots) };
    const measure = (load: Load, way: keyof typeof ways, ms: number) =>
      measureCell(server, ways[way], load, ms);
    const variants = new Map<string, () => Promise<Cell>>();
    for (const load of loads) {
      await measure(load, "away", 2 * load.ms); // The server learns how long its runs take.
      for (const way of ["home", "away"] as const) {
        variants.set(`${load.name}, ${way}`, () => measure(load, way, 0.8 * pace.cellMs));
      }
    }
    const random = createRandom(1);
    const samples = await measureInterleaved(variants, pace, (items) => shuffle(items, random));
    const of = (load: Load, way: string) => samples.get(`${load.name}, ${way}`) ?? [];
    const rows = loads.map((load) => describe(load, of(load, "home"), of(load, "away")));
    const head = ["of a run", "handed over", "CPU ms at home", "CPU ms more", "ms later", "p95"];
    return layOutTable(head, rows);
  },
};

async function measureCell(
  server: ServerUnderTest,
  clients: readonly PlacedClient[],
  load: Load,
  durationMs: number,
): Promise<Cell> {
  const { ms, inputLength, outputLength } = load;
  const body = JSON.stringify({ ms, pad: "x".repeat(inputLength), outputLength });
  const [homeMs, awayMs]: [number[], number[]] = [[], []];
  const before = readTree(server.pid);
  const until = performance.now() + durationMs;
  const run = async (client: PlacedClient) => {
    do {
      const sentAt = performance.now();
      const { run: told } = await client.ask("/tasks/waiting", body);
      const ranMs = told?.ranMs ?? Number.NaN;
      (told?.worker === client.worker ? homeMs : awayMs).push(performance.now() - sentAt - ranMs);
    } while (performance.now() < until);
  };
  await Promise.all(clients.map(run));
  const usage = measureUsage(before, readTree(server.pid));
  if (!usage.available) throw new Error(usage.reason);
  const runs = homeMs.length + awayMs.length;
  return { cpuMsPerRun: usage.cpuMs / runs, awayShare: awayMs.length / runs, homeMs, awayMs };
}

/** Each round has its own difference: the two cells of a round are seconds apart. */
function describe({ name }: Load, home: readonly Cell[], away: readonly Cell[]): string[] {
  const shares = away.map(({ awayShare }) => awayShare);
  const share = `${(100 * median(shares)).toFixed(0)} %`;
  const atHome = median(home.map(({ cpuMsPerRun }) => cpuMsPerRun)).toFixed(2);
  const more = away.flatMap(({ cpuMsPerRun, awayShare }, round) =>
    awayShare > 0 ? [(cpuMsPerRun - (home[round]?.cpuMsPerRun ?? 0)) / awayShare] : [],
  );
  const [base, times] = [
    home.flatMap(({ homeMs }) => homeMs),
    away.flatMap(({ awayMs }) => awayMs),
  ];
  if (times.length === 0) return [name, share, atHome, "none was", "", ""];
  const later = [0.5, 0.95].map((at) => (quantile(times, at) - quantile(base, at)).toFixed(2));
  return [name, share, atHome, median(more).toFixed(2), ...later];
}
