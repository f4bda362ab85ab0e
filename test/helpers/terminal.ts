import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./terminal.py", import.meta.url));

/** Tests in a terminal are skipped where python3 is missing, but not in CI. */
export const terminalMissing =
  spawnSync("python3", ["--version"]).status !== 0 && !process.env["CI"];
/** For the title of what is skipped. */
export const whyNoTerminal = terminalMissing ? " (skipped: there is no python3)" : "";

/** A command in a terminal of its own, by python's pty: Node has none. */
export class Terminal implements AsyncDisposable {
  readonly child: ChildProcess;
  /** The exit code of the command: 128 and more where a signal ended it. */
  readonly exited: Promise<number | null>;
  shown = "";

  constructor(command: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn("python3", [script, ...command], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.child.stdin?.on("error", () => {}); // The command has ended: `exited` says that.
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.shown += text;
      this.child.emit("output");
    });
    this.exited = once(this.child, "close").then(([code]) => code as number | null);
  }

  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /** Closes the terminal, as its window would. */
  close(): void {
    this.child.stdin?.end();
  }

  /** Resolves when it has shown what matches; rejects when the command ends before that. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const ended = this.exited.then(() => "ended" as const);
    for (;;) {
      const found = pattern.exec(this.shown);
      if (found) return found;
      const news = await Promise.race([once(this.child, "output"), ended]);
      if (news === "ended" && !pattern.test(this.shown)) {
        throw new Error(`The command ended without showing ${pattern}:\n${this.shown}`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }
}
