import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("../../../bench/stress.ts", import.meta.url));

/** `npm run stress` in a process of its own. */
export class StressProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.child.emit("output");
    });
    this.exited = once(this.child, "close").then(([code]) => code as number | null);
  }

  /** Resolves when its progress matches; rejects when it ends before that. */
  async printed(pattern: RegExp): Promise<void> {
    const ended = this.exited.then(() => "ended" as const);
    while (!pattern.test(this.stderr)) {
      const news = await Promise.race([once(this.child, "output"), ended]);
      if (news === "ended" && !pattern.test(this.stderr)) {
        throw new Error(`It ended without printing ${pattern}:\n${this.stderr}`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGTERM");
    await this.exited;
  }
}
