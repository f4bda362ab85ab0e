import { readdirSync, readFileSync } from "node:fs";

/** A process in /proc/PID/stat (proc(5)). CPU times in ms. */
export interface ProcessStat {
  readonly pid: number;
  readonly parentPid: number;
  /** Of all its threads, including ended ones. */
  readonly userMs: number;
  readonly systemMs: number;
  /** Of its children that ended and were waited for, and of their children. */
  readonly endedChildrenMs: number;
  readonly threads: number;
}

/** Linux counts CPU time in hundredths of a second on every architecture of Node. */
const tickMs = 10;

/** Reads /proc/PID/stat. Null if there is no such process. */
export function readStat(pid: number): ProcessStat | null {
  const text = readProc(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

/**
 * The second field is the command's name in parentheses. It may contain spaces and parentheses, so
 * fields are counted from the last ")".
 */
export function parseStat(text: string): ProcessStat | null {
  const nameEnd = text.lastIndexOf(")");
  const fields = text
    .slice(nameEnd + 2)
    .split(" ")
    .map(Number);
  const field = (number: number) => fields[number - 3] ?? Number.NaN;
  const stat = {
    pid: Number.parseInt(text, 10),
    parentPid: field(4),
    userMs: field(14) * tickMs,
    systemMs: field(15) * tickMs,
    endedChildrenMs: (field(16) + field(17)) * tickMs,
    threads: field(20),
  };
  return Object.values(stat).every(Number.isFinite) ? stat : null;
}

/** Every process's stat. Empty if the system has no /proc. */
export function readAllStats(): ProcessStat[] {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return []; // not Linux
  }
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.map(readStat).filter((stat) => stat !== null);
}

export interface MemoryReading {
  readonly bytes: number;
  /**
   * "pss" divides a page among the processes that map it, so a sum over processes is the memory
   * really used. "rss" counts the page in every process.
   */
  readonly kind: "pss" | "rss";
}

/** Memory of a process: PSS from smaps_rollup, otherwise RSS, otherwise null. */
export function readMemory(pid: number): MemoryReading | null {
  const rollup = readKilobytes(`/proc/${pid}/smaps_rollup`, "Pss");
  if (rollup !== null) return { bytes: rollup, kind: "pss" };
  const status = readKilobytes(`/proc/${pid}/status`, "VmRSS");
  return status === null ? null : { bytes: status, kind: "rss" };
}

function readKilobytes(path: string, field: string): number | null {
  const digits = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readProc(path) ?? "")?.[1];
  return digits === undefined ? null : Number(digits) * 1_024;
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null; // the process has gone, is another user's, or this is not Linux
  }
}
