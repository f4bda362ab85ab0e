/**
 * wrk, the load generator that most people know (Debian's package `wrk`). It is a closed loop in C.
 * Here it has one thread, like ours.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { NotHere, RunError } from "../../command/failures.ts";
import { endWithUs } from "../../load/processes/children.ts";
import { readStat } from "../../load/processes/proc.ts";

export interface WrkResult {
  readonly requests: number;
  readonly perSecond: number;
}

export interface WrkLoad {
  readonly url: string;
  readonly connections: number;
  /** Whole: wrk takes no fractions. */
  readonly seconds: number;
}

/**
 * Loads a URL with wrk.
 *
 * @returns with the CPU time of wrk for each request in µs, null where the system does not tell
 * @throws NotHere where wrk is not installed
 * @throws RunError where answers were missing or not good
 */
export async function runWrk(
  { url, connections, seconds }: WrkLoad,
  signal: AbortSignal,
): Promise<WrkResult & { readonly cpuUsPerRequest: number | null }> {
  const before = readStat(process.pid);
  const args = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`, url];
  const wrk = endWithUs(spawn("wrk", args, { stdio: ["ignore", "pipe", "inherit"], signal }));
  try {
    const [printed] = await Promise.all([text(wrk.stdout), once(wrk, "close")]);
    const result = parseWrk(printed);
    const after = readStat(process.pid);
    const cpuMs = before && after && after.endedChildrenMs - before.endedChildrenMs;
    return { ...result, cpuUsPerRequest: cpuMs && (1_000 * cpuMs) / result.requests };
  } catch (error) {
    signal.throwIfAborted();
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw isMissing ? new NotHere("wrk is not installed") : error;
  }
}

/** @throws RunError where it is no report of wrk, or tells of answers that were not good */
export function parseWrk(printed: string): WrkResult {
  const requests = Number(/(\d+) requests in/.exec(printed)?.[1]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(printed)?.[1]);
  const bad = /Socket errors:.*|Non-2xx or 3xx responses:.*/.exec(printed)?.[0];
  if (bad !== undefined) throw new RunError(`wrk: ${bad}`);
  if (!(requests > 0 && perSecond > 0)) throw new RunError(`wrk found nothing: ${printed}`);
  return { requests, perSecond };
}
