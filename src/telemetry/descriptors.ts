/** File descriptors: every open file, socket and pipe takes one, and their number is limited. */
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import type { Telemetry } from "./events.ts";

/** How often a process checks whether it has one left. */
const lookEveryMs = 1000;

/**
 * The most that this process may have; undefined if it is not known (other systems than Linux) or
 * not limited. Node has raised the soft limit to the hard one at its start.
 */
export function descriptorLimit(): number | undefined {
  const digits = /^Max open files +(\d+)/m.exec(readProc("limits"))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** How many this process has open; undefined if that is not known. */
export function openDescriptors(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}

/**
 * How many connections a process may take. Some descriptors are reserved for task files and for
 * replacement threads, so that the process still works with every connection open.
 *
 * @param used descriptors in use before there is any connection
 */
export function roomForConnections(limit: number, used: number, threads: number): number {
  return Math.max(1, limit - used - Math.min(keptBack(threads), Math.floor(limit / 4)));
}

/** The lowest limit with room for that many connections. */
export function limitForConnections(connections: number, used: number, threads: number): number {
  return used + keptBack(threads) + connections;
}

function keptBack(threads: number): number {
  return 32 + 8 * threads;
}

/** Emits `descriptors.exhausted` while this process has none left. */
export function watchDescriptors(telemetry: Telemetry): void {
  const look = () => {
    const code = shortage();
    if (code === undefined) return;
    telemetry.emit("descriptors.exhausted", { code, limit: descriptorLimit() });
  };
  setInterval(look, lookEveryMs).unref();
}

/** EMFILE if this process has none left, ENFILE if the whole system has none. */
function shortage(): string | undefined {
  try {
    closeSync(openSync("/dev/null", "r"));
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EMFILE" || code === "ENFILE" ? code : undefined;
  }
}

function readProc(name: string): string {
  try {
    return readFileSync(`/proc/self/${name}`, "utf8");
  } catch {
    return "";
  }
}
