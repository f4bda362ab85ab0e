/** How the times of the cells follow the length of a run: pure. */
import type { LoadResult } from "../../load/result.ts";
import type { Preset } from "./presets.ts";

/** Runs of one compute slot that a cell should hold at least: fewer are counted to 5 % at best. */
const runsInCell = 20;
/** Over this, connections that wait in line take more time than they tell. */
const longMs = 50;
/** The least that is waited for an answer, and as a multiple of the line that it stands in. */
const patienceMs = 20_000;
const patientLines = 10;

/** Of the closed loop: a few for each core, so that there is always one that waits. */
export function chooseConnections(cores: number, runMs: number): number {
  return runMs > longMs ? 4 * cores : Math.max(16, 4 * cores);
}

/** Of a stretch of the bare computation, in runs of each process, and in ms for long cells. */
const runsInStretch = 4;
const longStretchMs = 350;
/** V8 has compiled what a run needs after some 1,600 of them, for which hot short runs do not stand in. */
const compiledAfter = 2_000;
/** Of each of the two or more stretches of a warm-up. */
const longestWarmUpMs = 20_000;
/**
 * Of short runs of hash before a long cell of it. V8's memory reducer collects a process that has
 * allocated little for some 8 s, and drops optimised code that refers to objects which have died:
 * 160 functions of those that serve a request. It takes thousands of requests to compile them anew,
 * which long runs bring in a minute; short ones spare the servers nearly all of that.
 */
const usualRewarmMs = 1_500;
/** With shorter cells no server idles for so long, or nobody looks so closely. */
const leastRewarmedCellMs = 1_000;
/** Of longer runs what compiling takes is less than a thousandth. */
const longestRewarmedRunMs = 500;

type Times = Pick<
  Preset,
  "cellMs" | "paceMs" | "warmupMs" | "stretchMs" | "latencyMs" | "placementMs"
>;

/**
 * The preset's times, or longer ones where a run is so long that cells of the preset would hold a
 * handful of them.
 *
 * @param cellMs what the command line asks for; null where it does not
 */
export function chooseTimes(
  preset: Times,
  { runMs, connections, cellMs }: { runMs: number; connections: number; cellMs: number | null },
): Times {
  const enough = Math.ceil(runsInCell * runMs);
  return {
    cellMs: cellMs ?? Math.max(preset.cellMs, enough),
    paceMs: Math.max(
      preset.paceMs,
      Math.min(longStretchMs, (cellMs ?? 0) / 4),
      Math.ceil(runsInStretch * runMs),
    ),
    // One process alone has them all in its line, before the first answer of the last connection.
    warmupMs: Math.max(preset.warmupMs, Math.ceil((connections + 1) * runMs)),
    // Whoever asks for long cells looks closely: the compiler is to have done with the server by then.
    stretchMs: Math.max(preset.stretchMs, cellMs ?? 0),
    latencyMs: Math.max(preset.latencyMs, cellMs ?? 0, enough),
    placementMs: Math.max(preset.placementMs, Math.ceil(enough / 2)),
  };
}

/** How long an answer is waited for. */
export function chooseTimeoutMs({
  connections,
  runMs,
}: {
  connections: number;
  runMs: number;
}): number {
  return Math.max(patienceMs, patientLines * connections * runMs);
}

/**
 * Of warm-up with runs of the task itself: one line of connections at least; for who asks for long
 * cells, until all is compiled.
 */
export function chooseOwnStretchMs(
  { stretchMs, cores }: { readonly stretchMs: number; readonly cores: number },
  {
    runMs,
    connections,
    cellMs,
  }: { readonly runMs: number; readonly connections: number; readonly cellMs: number | null },
): number {
  const compiledMs = cellMs === null ? 0 : (compiledAfter * runMs) / cores / 2;
  return Math.max(stretchMs, connections * runMs, Math.min(longestWarmUpMs, compiledMs));
}

/**
 * Of short runs before each cell, for who asks for long ones; null where there are none. Of another
 * task they would warm more of manycore than of the tutorials' server, which has no hash then.
 */
export function chooseRewarmMs(
  { task, cellMs }: { readonly task: string; readonly cellMs: number | null },
  runMs: number,
): number | null {
  const isWanted = task === "hash" && runMs <= longestRewarmedRunMs;
  return isWanted && cellMs !== null && cellMs >= leastRewarmedCellMs ? usualRewarmMs : null;
}

/** Of a cell: a request that takes more of it than this crosses its edges too often. */
const mostOfCell = 0.5;

/** What helps where a cell is short for its requests; null where it is not. */
export function explainShortCell({ load, durationMs }: Pick<LoadResult, "load" | "durationMs">) {
  const { meanTimeInSystemMs } = load.little;
  if (meanTimeInSystemMs <= mostOfCell * durationMs) return null;
  const wanted = Math.ceil((2 * meanTimeInSystemMs) / mostOfCell / 1_000);
  const [cell, took] = [durationMs, meanTimeInSystemMs].map((ms) => (ms / 1_000).toFixed(1));
  return `a cell of ${cell} s is short for requests that took ${took} s: --seconds ${wanted} may help`;
}
