import { type ChildProcess, spawn } from "node:child_process";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** What a program printed; kept to explain a failure. */
const keptLength = 2000;

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  /** What it printed last. */
  readonly said: string;
}

export interface ProgramOptions {
  /** Its file in `bench/`, without the extension. */
  readonly name: "contrast" | "load-server";
  readonly args: readonly string[];
  /** Takes each line that it tells. */
  readonly onLine: (line: string) => void;
  readonly onEnd: (end: ProgramEnd) => void;
}

/**
 * A program of the bench, in a process of its own: it loads servers, and must not take the time of
 * whoever shows it. It ends when its stdin ends, so it never outlives this process.
 */
export class BenchProgram {
  readonly #child: ChildProcess;
  #said = "";

  constructor({ name, args, onLine, onEnd }: ProgramOptions) {
    const file = new URL(`../../../../bench/${name}${extname(import.meta.url)}`, import.meta.url);
    const child = spawn(process.execPath, [fileURLToPath(file), ...args], {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr, stdio } = child;
    stdin?.on("error", () => {}); // It has ended: `close` tells.
    // Tasks print on stdout: what it tells has a pipe of its own.
    createInterface({ input: stdio[3] as Readable }).on("line", onLine);
    for (const printed of [stdout, stderr]) {
      printed?.setEncoding("utf8").on("data", (text: string) => {
        this.#said = (this.#said + text).slice(-keptLength);
      });
    }
    child.once("error", (error) => onEnd({ code: null, said: error.message }));
    child.once("close", (code) => {
      if (child.pid !== undefined) onEnd({ code, said: this.#said.trim() });
    });
    this.#child = child;
  }

  /** Asks it to end: it tells what it has, and ends its servers. */
  stop(): void {
    this.#child.stdin?.end();
  }
}
