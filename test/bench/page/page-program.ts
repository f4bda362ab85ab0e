import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

interface Told {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A program behind control's page, started as control starts it. */
export class PageProgram implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  #told = "";

  constructor(name: "contrast" | "load-server", args: readonly string[]) {
    const file = fileURLToPath(new URL(`../../../bench/${name}.ts`, import.meta.url));
    this.child = spawn(process.execPath, [file, ...args], {
      stdio: ["pipe", "ignore", "ignore", "pipe"],
    });
    const told = this.child.stdio[3] as Readable;
    told.setEncoding("utf8").on("data", (text: string) => {
      this.#told += text;
    });
    this.exited = once(this.child, "close").then(([code]) => code as number | null);
  }

  /** What it has told so far. */
  get events(): readonly Told[] {
    return this.#told
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Told);
  }

  /** The data of the events of a name. */
  data(name: string): readonly Record<string, unknown>[] {
    return this.events.filter(({ event }) => event === name).map(({ data }) => data);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.stdin?.end();
    await this.exited;
  }
}
