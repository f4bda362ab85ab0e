import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { gone } from "../helpers/server-process.ts";

const script = fileURLToPath(new URL("../fixtures/primary-run.ts", import.meta.url));

export interface WorkerAnswer {
  readonly worker: number;
  readonly pid: number;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly threads?: string;
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** Node's own flags. */
  readonly nodeFlags?: readonly string[];
}

/** A real primary in a process of its own, with real workers that have no application. */
export class PrimaryProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** What it sent to its parent, as `node --watch` would be. */
  readonly sent: unknown[] = [];
  stdout = "";
  stderr = "";

  constructor(flags: readonly string[], { env = {}, nodeFlags = [] }: Surroundings = {}) {
    const standard = ["--port", "0", "--log-format", "json", "--log-level", "debug"];
    this.child = spawn(process.execPath, [...nodeFlags, script, ...standard, ...flags], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.child.on("message", (message) => {
      this.sent.push(message);
      this.child.emit("news");
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.child.emit("news");
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.child.emit("news");
    });
    this.exited = once(this.child, "close").then(([code, signal]) => ({ code, signal }));
  }

  static async up(flags: readonly string[], surroundings?: Surroundings): Promise<PrimaryProcess> {
    const primary = new PrimaryProcess(flags, surroundings);
    await primary.until(() => primary.stdout.includes("\n"));
    return primary;
  }

  get url(): string {
    return /http:\/\/\S+/.exec(this.stdout)?.[0] ?? "";
  }

  get log(): Record<string, unknown>[] {
    const lines = this.stderr.split("\n").filter((line) => /^\{.*\}$/.test(line));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The pids of the workers that have been ready, in that order. */
  get pids(): number[] {
    return this.log.flatMap(({ msg, pid }) =>
      / is ready$/.test(String(msg)) ? [Number(pid)] : [],
    );
  }

  /** Resolves when it is so; looks whenever the primary has written or sent something. */
  async until(isSo: () => boolean): Promise<void> {
    const ended = this.exited.then(() => "ended" as const);
    while (!isSo()) {
      const news = await Promise.race([once(this.child, "news"), ended]);
      if (news === "ended" && !isSo()) throw new Error(`It ended:\n${this.stdout}${this.stderr}`);
    }
  }

  async ask(): Promise<WorkerAnswer> {
    const response = await fetch(this.url);
    return (await response.json()) as WorkerAnswer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
    for (const pid of this.pids) await gone(pid);
  }
}
