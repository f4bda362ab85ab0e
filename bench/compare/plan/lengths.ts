/** Derives the times of cells from the length of a run. Pure. */
import type { LoadResult } from "../../load/result.ts";
import type { Preset } from "./presets.ts";

/** Least runs of one compute slot in a cell. Fewer give a count that is 5 % off at best. */
const runsInCell = 20;
/** For runs longer than this, waiting connections cost more time than they add information. */
const longMs = 50;
/** How long to wait for an answer: at least this long, and this many times its line. */
const patienceMs = 20_000;
const patientLines = 10;

/** Connections of the closed loop: a few a core, so that one always waits. */
export function chooseConnections(cores: number, runMs: number): number {
  return runMs > longMs ? 4 * cores : Math.max(16, 4 * cores);
}

/**
 * Length of a stretch of the bare computation: in runs of each process, and in ms for long cells.
 */
const runsInStretch = 4;
const longStretchMs = 350;
/**
 * V8 has compiled a task after about 1,600 of its runs. Hot short runs of hash do not replace them.
 */
const compiledAfter = 2_000;
/** Longest stretch of a warm-up; there are two or more. */
const longestWarmUpMs = 20_000;
/**
 * How long short runs of hash go before a long cell of hash. V8's memory reducer collects a process
 * that allocated little for about 8 s. It then drops optimised code that refers to dead objects:
 * 160 of the functions that serve a request. Compiling them again takes thousands of requests. Long
 * runs bring those in a minute; short runs save nearly all of that.
 */
const usualRewarmMs = 1_500;
/** With shorter cells no server idles that long, or nobody looks that closely. */
const leastRewarmedCellMs = 1_000;
/** For longer runs, compiling costs less than a thousandth. */
const longestRewarmedRunMs = 500;

type Times = Pick<
  Preset,
  "cellMs" | "paceMs" | "warmupMs" | "stretchMs" | "latencyMs" | "placementMs"
>;

/**
 * The preset's times. They grow if the preset's cells would hold only a handful of runs.
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
    // With one process, all connections stand in one line before the last gets its first answer.
    warmupMs: Math.max(preset.warmupMs, Math.ceil((connections + 1) * runMs)),
    // Whoever asks for long cells looks closely, so the compiler must be done by then.
    stretchMs: Math.max(preset.stretchMs, cellMs ?? 0),
    latencyMs: Math.max(preset.latencyMs, cellMs ?? 0, enough),
    placementMs: Math.max(preset.placementMs, Math.ceil(enough / 2)),
  };
}

/** How long to wait for an answer. */
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
 * Length of a warm-up stretch with runs of the task itself: at least one line of connections. If
 * long cells were asked for, long enough to compile everything.
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
 * How long short runs go before each cell. Null if there are none. For other tasks they would warm
 * manycore more than the tutorials' server, which has no hash then.
 */
export function chooseRewarmMs(
  { task, cellMs }: { readonly task: string; readonly cellMs: number | null },
  runMs: number,
): number | null {
  const isWanted = task === "hash" && runMs <= longestRewarmedRunMs;
  return isWanted && cellMs !== null && cellMs >= leastRewarmedCellMs ? usualRewarmMs : null;
}

/** As a share of a cell. Longer requests cross the cell's edges too often. */
const mostOfCell = 0.5;

/** A remedy for a cell that is too short for its requests. Null if it is not. */
export function explainShortCell({ load, durationMs }: Pick<LoadResult, "load" | "durationMs">) {
  const { meanTimeInSystemMs } = load.little;
  if (meanTimeInSystemMs <= mostOfCell * durationMs) return null;
  const wanted = Math.ceil((2 * meanTimeInSystemMs) / mostOfCell / 1_000);
  const [cell, took] = [durationMs, meanTimeInSystemMs].map((ms) => (ms / 1_000).toFixed(1));
  return `a cell of ${cell} s is short for requests that took ${took} s: --seconds ${wanted} may help`;
}
