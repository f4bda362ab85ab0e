import { readFileSync } from "node:fs";

/** The kernel counts CPU time in ticks of 10 ms: USER_HZ is 100 on every Linux that Node runs on. */
const tickMs = 10;

/**
 * CPU time of another process since its start, ms, its threads included. It is known while the process
 * computes and says nothing.
 *
 * @returns undefined where the system does not tell: only Linux does
 */
export function readCpuMs(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined; // It has ended, or this is no Linux.
  }
  // The second field, the name, may hold anything. Fields 14 and 15 of proc(5) are what is wanted.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks * tickMs : undefined;
}
