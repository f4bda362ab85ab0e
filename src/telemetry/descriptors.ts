/** File descriptors: each open file, socket and pipe of a process is one, and there is a limit. */
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import type { Telemetry } from "./events.ts";

/** How often a process looks whether there is one left. */
const lookEveryMs = 1000;

/**
 * The most that this process may have open; undefined where that is not known (other systems than
 * Linux) or not limited. Node has raised the soft limit to the hard one at its start.
 */
export function descriptorLimit(): number | undefined {
  const digits = /^Max open files +(\d+)/m.exec(readProc("limits"))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** How many this process has open by now; undefined where that is not known. */
export function openDescriptors(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}

/**
 * How many connections a process may take, so that the rest goes on when all of them are there: some
 * are kept back for files of tasks, and for threads that take the place of others.
 *
 * @param used before there is any connection
 */
export function roomForConnections(limit: number, used: number, threads: number): number {
  return Math.max(1, limit - used - Math.min(keptBack(threads), Math.floor(limit / 4)));
}

/** The limit that leaves room for so many connections. */
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

/** EMFILE where this process has none left, ENFILE where the whole system has none. */
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
