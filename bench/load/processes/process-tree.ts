/**
 * CPU time and memory of a process and all that it started: the server as a whole, whatever its
 * mode. Linux only; elsewhere the readings say that they are not available, and why.
 *
 *   const before = readTree(server.pid);
 *   ... load ...
 *   const used = usageBetween(before, readTree(server.pid));
 *   if (used.available) used.cpuMs / runs;
 */
import { type ProcessStat, readAllStats, readMemory } from "./proc.ts";

export interface Unavailable {
  readonly available: false;
  readonly reason: string;
}

export interface TreeReading {
  readonly available: true;
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  /** Root first. */
  readonly pids: readonly number[];
  readonly threads: number;
  readonly userMs: number;
  readonly systemMs: number;
  /**
   * CPU time of ended processes of the tree. The system does not split it. Without it the sum would
   * fall when a worker dies.
   */
  readonly endedMs: number;
}

export interface TreeUsage {
  readonly available: true;
  readonly elapsedMs: number;
  /** All CPU time of the tree, to 10 ms for each process. */
  readonly cpuMs: number;
  /** 1 is one core, fully used. */
  readonly cores: number;
}

export interface TreeMemory {
  readonly available: true;
  readonly bytes: number;
  /** "pss" if every process gave it; otherwise "rss", which counts shared pages more than once. */
  readonly kind: "pss" | "rss";
}

/** CPU time of a process's tree up to now, to 10 ms for each process. */
export function readTree(rootPid: number): TreeReading | Unavailable {
  const tree = findTree(rootPid, readAllStats());
  if (tree.length === 0) return makeUnavailable(rootPid);
  const sum = (pick: (stat: ProcessStat) => number) =>
    tree.reduce((total, stat) => total + pick(stat), 0);
  return {
    available: true,
    atMs: performance.now(),
    pids: tree.map(({ pid }) => pid),
    threads: sum(({ threads }) => threads),
    userMs: sum(({ userMs }) => userMs),
    systemMs: sum(({ systemMs }) => systemMs),
    endedMs: sum(({ endedChildrenMs }) => endedChildrenMs),
  };
}

/** What a tree used between two readings. */
export function measureUsage(
  before: TreeReading | Unavailable,
  after: TreeReading | Unavailable,
): TreeUsage | Unavailable {
  if (!before.available) return before;
  if (!after.available) return after;
  const elapsedMs = after.atMs - before.atMs;
  const cpuMs = addUpMs(after) - addUpMs(before);
  return { available: true, elapsedMs, cpuMs, cores: elapsedMs > 0 ? cpuMs / elapsedMs : 0 };
}

/**
 * Memory of a process's tree. The kernel walks all its pages for this, which can take milliseconds,
 * so do not read it within the measured time.
 */
export function readTreeMemory(rootPid: number): TreeMemory | Unavailable {
  const tree = findTree(rootPid, readAllStats());
  const readings = tree.map(({ pid }) => readMemory(pid)).filter((reading) => reading !== null);
  if (readings.length === 0) return makeUnavailable(rootPid);
  return {
    available: true,
    bytes: readings.reduce((total, { bytes }) => total + bytes, 0),
    kind: readings.every(({ kind }) => kind === "pss") ? "pss" : "rss",
  };
}

/** A process and its descendants, the process first. Empty if it is not in the stats. */
export function findTree(rootPid: number, stats: readonly ProcessStat[]): ProcessStat[] {
  const tree = stats.filter(({ pid }) => pid === rootPid);
  // The array grows during the walk: each process appends its children.
  for (const { pid } of tree) tree.push(...stats.filter(({ parentPid }) => parentPid === pid));
  return tree;
}

function addUpMs(reading: TreeReading): number {
  return reading.userMs + reading.systemMs + reading.endedMs;
}

function makeUnavailable(pid: number): Unavailable {
  const reason =
    process.platform === "linux"
      ? `there is no process ${pid}`
      : `CPU time of other processes is read from /proc, which ${process.platform} does not have`;
  return { available: false, reason };
}
