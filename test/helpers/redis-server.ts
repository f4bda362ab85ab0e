/** A Redis of a test's own: Debian's redis-server, on a free port, in a folder that ends with it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Another server may take its place: a newer Redis, or Valkey. */
const program = process.env["REDIS_SERVER"] || "redis-server";

export const hasRedis = spawnSync(program, ["--version"]).status === 0;

/** One that knows WAITAOF: Redis from 7.2, or Valkey. `.ci/valkey` unpacks one. */
export const waitAofProgram = [process.env["REDIS_WITH_WAITAOF"], "valkey-server", program].find(
  (each) => each && knowsWaitAof(each),
);

function knowsWaitAof(server: string): boolean {
  const { stdout } = spawnSync(server, ["--version"], { encoding: "utf8" });
  const [, major = 0, minor = 0] = (/ v=(\d+)\.(\d+)/.exec(stdout ?? "") ?? []).map(Number);
  return major > 7 || (major === 7 && minor >= 2);
}

/** For `describe.skipIf`: with CI=true nothing is skipped, and so it fails where Redis is missing. */
export const redisMissing = !hasRedis && !process.env["CI"];
/** For the title of what is skipped. */
export const whySkipped = redisMissing
  ? ` (skipped: there is no ${program}; apt-get install redis-server)`
  : "";

export interface RedisServerOptions {
  /** More of its settings, as flags: `--requirepass`, `secret`. They win over those of `kept`. */
  readonly config?: readonly string[];
  /** The lines of its file, if it is a Sentinel. */
  readonly sentinel?: readonly string[];
  /** What is run instead of redis-server. */
  readonly program?: string;
  /** By default one that is free. */
  readonly port?: number;
}

/** Every write is on disk before its answer. */
const kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];

export class RedisServer implements AsyncDisposable {
  readonly port: number;
  /** Has its data, which a restart reads. */
  readonly folder: string;
  readonly #program: string;
  readonly #config: readonly string[];
  readonly #sentinel: readonly string[] | undefined;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();

  private constructor(port: number, options: RedisServerOptions) {
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), "manycore-redis-"));
    this.#program = options.program ?? program;
    this.#config = options.config ?? [];
    this.#sentinel = options.sentinel;
  }

  /** Resolves when it takes connections. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    for (let tries = 1; ; tries++) {
      const server = new RedisServer(options.port ?? (await freePort()), options);
      try {
        await server.#start();
        return server;
      } catch (error) {
        await server[Symbol.asyncDispose]();
        // Another process may have taken the port since it was found free.
        const isTaken = String(error).includes("Address already in use");
        if (!isTaken || tries === 5 || options.port !== undefined) throw error;
      }
    }
  }

  /** A port of 127.0.0.1 where nobody listens. */
  static freePort(): Promise<number> {
    return freePort();
  }

  /** For `--queue`. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** null while it does not run. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Ends it in order. Its data stay. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** Ends it as the kernel does, or a power cut but for the page cache. Its data stay. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** It keeps its connections, and answers nothing. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  /** Starts it again on its port. `isEmpty`: its data are gone. */
  async restart({ isEmpty = false } = {}): Promise<void> {
    await this.stop();
    if (isEmpty) {
      rmSync(this.folder, { recursive: true, force: true });
      mkdirSync(this.folder);
    }
    await this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const child = spawn(this.#program, this.#arguments(), { stdio: ["ignore", "pipe", "pipe"] });
    const kill = () => void child.kill("SIGKILL");
    process.once("exit", kill);
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once("close", resolve);
      child.once("error", resolve); // It could not be started.
    }).finally(() => process.off("exit", kill));
    await printed(child, /ready to accept connections|Sentinel ID is/i, this.#exited);
  }

  #arguments(): string[] {
    const where = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.folder];
    if (!this.#sentinel) return [...where, ...kept, ...this.#config];
    const file = join(this.folder, "sentinel.conf"); // It writes there what it learns.
    writeFileSync(file, this.#sentinel.join("\n"));
    return [file, "--sentinel", ...where, ...this.#config];
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#child?.kill("SIGCONT");
    this.#child?.kill(signal);
    await this.#exited;
    this.#child = undefined;
  }
}

/** @throws Error with its output, if it ends before that */
async function printed(
  child: ChildProcess,
  pattern: RegExp,
  exited: Promise<unknown>,
): Promise<void> {
  let text = "";
  const add = (part: Buffer) => {
    text += part.toString();
    child.emit("output");
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  while (!pattern.test(text)) {
    const news = await Promise.race([once(child, "output"), exited.then(() => "ended")]);
    if (news === "ended") throw new Error(`${child.spawnfile} did not start: ${text}`);
  }
}

/**
 * Below the ports that the kernel gives to connections (from 32768): none of them takes it while the
 * server is away.
 */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer().listen(port, "127.0.0.1");
    const isFree = await Promise.race([
      once(probe, "listening").then(() => true),
      once(probe, "error").then(() => false),
    ]).catch(() => false);
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
  throw new Error("no port from 20000 to 32000 is free");
}
