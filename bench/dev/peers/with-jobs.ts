import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { messageOf } from "../../../src/errors.ts";
import { RunError } from "../../command/failures.ts";
import { findModuleFile } from "../../load/processes/module-file.ts";
import { type ServerUnderTest, startManycore } from "../../load/processes/server.ts";

const tasks = findModuleFile("./job-tasks", import.meta.url);
const program = fileURLToPath(new URL("../../../src/manycore.js", import.meta.url));

/** At the stop a job may compute that never ends by itself. Do not wait for it. */
const drain = ["--drain-timeout", "1s"];

/** The tasks are the bench's own, so the server's warnings about user tasks do not matter. */
const quiet = ["--log-level", "error"];

/** How often to check a condition. */
const lookMs = 10;

export interface JobToSubmit {
  readonly task: string;
  readonly input: unknown;
  readonly priority?: number;
  readonly maxAttempts?: number;
  readonly group?: string;
}

export const noopJob: JobToSubmit = { task: "noop", input: { value: 1 } };

/**
 * This server with the tasks of jobs, and a queue: by default a file of its own that is deleted with
 * it.
 */
export class ServerWithJobs implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "manycore-bench-"));
  readonly #flags: readonly string[];
  readonly #signal: AbortSignal;
  #server!: ServerUnderTest;
  /** Aborts when waiting is pointless: the server has ended, or the run has. */
  #over!: AbortSignal;

  private constructor(flags: readonly string[], signal: AbortSignal, given?: string) {
    const queue = given ?? `sqlite:${this.file("jobs.db")}`;
    this.#flags = ["--queue", queue, "--tasks", tasks, ...drain, ...quiet, ...flags];
    this.#signal = signal;
  }

  /**
   * @param signal ends every request, with its reason
   * @param queue the value of `--queue`
   */
  static async start(
    flags: readonly string[],
    signal: AbortSignal,
    queue?: string,
  ): Promise<ServerWithJobs> {
    const server = new ServerWithJobs(flags, signal, queue);
    try {
      await server.startAgain();
      return server;
    } catch (error) {
      server.#removeFolder();
      throw error;
    }
  }

  get url(): string {
    return this.#server.url;
  }

  get pid(): number {
    return this.#server.pid;
  }

  /** A path in a folder that is deleted with the server. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  async stop(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  /** Starts it on the same file. @param flags more of them; they win over those of the first start */
  async startAgain(flags: readonly string[] = []): Promise<void> {
    this.#server = await startManycore([...this.#flags, ...flags], this.#signal);
    this.#over = AbortSignal.any([this.#signal, tellWhenOver(this.#server.ended)]);
  }

  /** Submits so many jobs in one request. Returns the ids. @param makeJob makes each of them */
  async submit(
    count: number,
    makeJob: JobToSubmit | (() => JobToSubmit) = noopJob,
  ): Promise<string[]> {
    const make = typeof makeJob === "function" ? makeJob : () => makeJob;
    const body = JSON.stringify(Array.from({ length: count }, make));
    const headers = { "content-type": "application/json" };
    const { jobs } = await this.ask<{ jobs: { job?: { id: string } }[] }>("/jobs", 207, {
      ...{ method: "POST", headers, body },
    });
    return jobs.map((item) => {
      if (!item.job) throw new Error(`a job was refused: ${JSON.stringify(item)}`);
      return item.job.id;
    });
  }

  /** Makes a backup of its file, as a user does while it serves. */
  async backUp(): Promise<void> {
    const target = this.file("backup.db");
    const command = [program, "backup", "--queue", `sqlite:${this.file("jobs.db")}`, target];
    await promisify(execFile)(process.execPath, command, { signal: this.#over });
  }

  /** How many jobs have succeeded. */
  async succeeded(): Promise<number> {
    const { jobs } = await this.ask<{ jobs: { states: { succeeded: number } } }>("/stats", 200);
    return jobs.states.succeeded;
  }

  /** Resolves when this job has ended. It is asked for once a minute. */
  async untilEnded(id: string): Promise<void> {
    for (;;) {
      const { finishedAt } = await this.#waitFor(id);
      if (finishedAt !== null) return;
    }
  }

  /** Resolves when this many jobs have succeeded. */
  async untilSucceeded(count: number): Promise<void> {
    await this.until(async () => ((await this.succeeded()) < count ? undefined : true), lookMs);
  }

  /**
   * Checks until something is found, and returns it.
   *
   * @throws the signal's reason, or Error where the server has ended
   */
  async until<Found>(
    look: () => Promise<Found | undefined> | Found | undefined,
    everyMs: number,
  ): Promise<Found> {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      this.#over.throwIfAborted();
      await pause(everyMs);
    }
  }

  /** @throws Error where the answer has another status; what `until` throws */
  async ask<Body>(path: string, status: number, init: RequestInit = {}): Promise<Body> {
    const response = await fetch(`${this.url}${path}`, { ...init, signal: this.#over });
    const text = await response.text();
    if (response.status !== status) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  }

  /** Asks for the end of a job that has not ended, and waits for it. @throws as `ask` does */
  async cancel(id: string): Promise<void> {
    await fetch(`${this.url}/jobs/${id}/cancel`, { method: "POST", signal: this.#over });
    const { state } = await this.#waitFor(id);
    if (state !== "cancelled") throw new Error(`/jobs/${id} is ${state}`);
  }

  /** The job when it has ended, or after a minute. */
  #waitFor(id: string): Promise<{ state: string; finishedAt: string | null }> {
    return this.ask(`/jobs/${id}`, 200, { headers: { prefer: "wait=60" } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    this.#removeFolder();
  }

  #removeFolder(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Aborts when the server ends, with a reason in words. */
function tellWhenOver(ended: AbortSignal): AbortSignal {
  const over = new AbortController();
  ended.addEventListener("abort", () => {
    over.abort(
      new RunError(`the server ended in the middle of the run (${messageOf(ended.reason)})`),
    );
  });
  return over.signal;
}
