import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { ServerProcess } from "../../helpers/server-process.ts";

/** What a process holds when nobody asks anything of it. Memory is in bytes, all else is counted. */
export interface Held {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  /** Handles and requests that keep its event loop going. */
  readonly resources: number;
  /** A listener that stays is a function that stays. */
  readonly functions: number;
}

interface Report {
  readonly pid: number;
  readonly held: Held;
}

/** Longest wait for the reports. */
const patienceMs = 60_000;

/** What each process of a server holds. `probe.mjs` has to be preloaded, with this file. */
export class Holdings {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** The environment of a server that reports to the file. */
  get env(): Record<string, string> {
    const probe = new URL("./probe.mjs", import.meta.url).href;
    return { NODE_OPTIONS: `--import=${probe}`, SOAK_FILE: this.file };
  }

  /** @throws Error where a process does not report */
  async read(server: ServerProcess): Promise<Map<number, Held>> {
    const pids = [server.child.pid ?? 0, ...(await server.workers())];
    writeFileSync(this.file, "");
    for (const pid of pids) process.kill(pid, "SIGUSR2");
    const until = performance.now() + patienceMs;
    for (;;) {
      const reports = this.#reports();
      if (pids.every((pid) => reports.has(pid))) return reports;
      if (performance.now() > until) throw new Error(`Of ${pids}, only ${[...reports.keys()]} say`);
      await pause(50);
    }
  }

  #reports(): Map<number, Held> {
    if (!existsSync(this.file)) return new Map();
    const lines = readFileSync(this.file, "utf8").split("\n").slice(0, -1);
    const reports = lines.map((line) => JSON.parse(line) as Report);
    return new Map(reports.map(({ pid, held }) => [pid, held]));
  }
}
