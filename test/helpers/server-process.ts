import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isServerVariable } from "../../src/config/config.ts";

const entry = fileURLToPath(new URL("../../src/manycore.js", import.meta.url));

/** What starts a server: flags follow. */
export const serverCommand = [process.execPath, entry] as const;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A manycore server in processes of its own, started by the command that users type. */
export class ServerProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  stdout = "";
  stderr = "";

  private constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    command: readonly [string, ...string[]] = [process.execPath],
  ) {
    const inherited = Object.entries(process.env).filter(([name]) => !isServerVariable(name));
    const [program, ...before] = command;
    this.child = spawn(program, [...before, entry, ...args], {
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.child.emit("output");
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.child.emit("output");
    });
    this.exited = once(this.child, "close").then(([code, signal]) => ({ code, signal }));
  }

  /** Starts with these flags, on a free port, without jobs where no flag says otherwise. */
  static spawn(args: readonly string[], env: Readonly<Record<string, string>> = {}): ServerProcess {
    return new ServerProcess(ServerProcess.#withDefaults(args), env);
  }

  static #withDefaults(args: readonly string[]): string[] {
    const queue = args.includes("--queue") ? [] : ["--queue", "none"];
    // Control takes another port, and time of the boot.
    const control = args.includes("--control") ? [] : ["--control", "none"];
    // A boot shares two cores with other tests. The last of two flags counts.
    const boot = ["--boot-timeout", "1m"];
    return ["--port", "0", "--log-format", "json", ...boot, ...queue, ...control, ...args];
  }

  /** Starts as `start` does, where no file may grow beyond so many bytes: as on a full disk. */
  static startLimited(args: readonly string[], fileBytes: number): Promise<ServerProcess> {
    return ServerProcess.startBy(
      `ulimit -f ${Math.ceil(fileBytes / 1024)} && exec "$0" "$@"`,
      args,
    );
  }

  /** Starts as `start` does, where no line of the log can be written: its disk is full. */
  static startWithoutLog(args: readonly string[]): Promise<ServerProcess> {
    return ServerProcess.startBy('exec "$0" "$@" 2>/dev/full', args);
  }

  /**
   * Starts as `start` does, in surroundings that a shell makes.
   *
   * @param script for bash, which gets the command as $0 and its arguments
   */
  static async startBy(
    script: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ServerProcess> {
    const all = ServerProcess.#withDefaults(args);
    const server = new ServerProcess(all, env, ["bash", "-c", script, process.execPath]);
    await server.printed(/http:\/\/\S+/);
    return server;
  }

  /** Starts with these flags, on a free port, and waits until it serves. */
  static async start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ServerProcess> {
    const server = ServerProcess.spawn(args, env);
    await server.printed(/http:\/\/\S+/);
    return server;
  }

  /** Where it serves, as its start line says. */
  get url(): string {
    const url = /http:\/\/[\w.:[\]]+/.exec(this.stdout)?.[0];
    if (!url) throw new Error(`The server has not said where it serves: ${this.stdout}`);
    return url;
  }

  /** Where control listens, if a flag has it listen. */
  get controlUrl(): string {
    const url = /control at (http:\/\/[\w.:[\]]+)/.exec(this.stdout)?.[1];
    if (!url) throw new Error(`The server has not said where control is: ${this.stdout}`);
    return url;
  }

  /** The lines of its log, newest last. */
  get log(): Record<string, unknown>[] {
    const lines = this.stderr.split("\n").filter((line) => line.startsWith("{"));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Resolves when its output (both streams) matches; rejects when it ends before that. */
  async printed(pattern: RegExp): Promise<void> {
    const ended = this.exited.then(() => "ended" as const);
    while (!pattern.test(this.stdout + this.stderr)) {
      const news = await Promise.race([once(this.child, "output"), ended]);
      if (news === "ended" && !pattern.test(this.stdout + this.stderr)) {
        throw new Error(
          `The server ended without printing ${pattern}:\n${this.stdout}${this.stderr}`,
        );
      }
    }
  }

  get<Body>(path: string): Promise<Body> {
    return fetch(new URL(path, this.url), { headers: { accept: "application/json" } }).then(
      (response) => response.json() as Promise<Body>,
    );
  }

  post(path: string, body: unknown): Promise<Response> {
    return fetch(new URL(path, this.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** The pids of its workers, from the kernel (Linux). */
  async workers(): Promise<number[]> {
    const { pid } = this.child;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
    return children.trim().split(" ").filter(Boolean).map(Number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const workers = await this.workers().catch(() => []);
    this.child.kill("SIGKILL");
    await this.exited;
    for (const pid of workers) await gone(pid);
  }
}

/** Resolves when the process is no more (a zombie counts as gone). */
export async function gone(pid: number): Promise<void> {
  while (await alive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

export async function alive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat !== undefined && !/^\d+ \(.*\) Z/s.test(stat);
}
