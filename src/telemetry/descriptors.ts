/** File descriptors: each open file, socket and pipe of a process is one, and there is a limit. */
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import type { Logger } from "pino";
import { systemClock } from "../clock.ts";
import { oncePerSpell } from "./spell.ts";

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

/** Tells the log, once a spell, when this process has none left. */
export function watchDescriptors(log: Logger): void {
  const tell = oncePerSpell(systemClock, (code: string) => {
    const fields = { code, limit: descriptorLimit() };
    log.error(
      fields,
      "File descriptors have run out: new connections are closed, and files cannot be opened. " +
        "Raise the limit (ulimit -n), or look for what is left open",
    );
  });
  const look = () => {
    const code = shortage();
    if (code !== undefined) tell(code);
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
