import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ServerUnderTest, startManycore } from "../server.ts";

// In the npm package the file is JavaScript.
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const tasks = fileURLToPath(new URL(`../references/job-tasks.${extension}`, import.meta.url));

/** How often it is looked whether something has come about. */
const lookMs = 10;

export interface JobToSubmit {
  readonly task: string;
  readonly input: unknown;
  readonly priority?: number;
  readonly maxAttempts?: number;
}

export const noop: JobToSubmit = { task: "noop", input: { value: 1 } };

/** This server with a queue's file of its own, which goes with it, and the tasks of jobs. */
export class ServerWithJobs implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "manycore-bench-"));
  readonly #flags: readonly string[];
  #server!: ServerUnderTest;

  private constructor(flags: readonly string[]) {
    const queue = `sqlite:${this.file("jobs.db")}`;
    this.#flags = ["--queue", queue, "--tasks", tasks, ...flags];
  }

  static async start(flags: readonly string[]): Promise<ServerWithJobs> {
    const server = new ServerWithJobs(flags);
    server.#server = await startManycore(server.#flags);
    return server;
  }

  get url(): string {
    return this.#server.url;
  }

  get pid(): number {
    return this.#server.pid;
  }

  /** A path in a folder that goes with the server. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  async stop(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  /** Starts it on the same file. */
  async startAgain(): Promise<void> {
    this.#server = await startManycore(this.#flags);
  }

  /** Submits a job as often as asked for, in one request. Returns the ids. */
  async submit(count: number, job: JobToSubmit = noop): Promise<string[]> {
    const body = JSON.stringify(Array.from({ length: count }, () => job));
    const headers = { "content-type": "application/json" };
    const { jobs } = await this.ask<{ jobs: { job: { id: string } }[] }>("/jobs", 207, {
      ...{ method: "POST", headers, body },
    });
    return jobs.map(({ job }) => job.id);
  }

  /** How many jobs have succeeded. */
  async succeeded(): Promise<number> {
    const { jobs } = await this.ask<{ jobs: { states: { succeeded: number } } }>("/stats", 200);
    return jobs.states.succeeded;
  }

  /** Resolves when so many jobs have succeeded. */
  async untilSucceeded(count: number): Promise<void> {
    while ((await this.succeeded()) < count) await pause(lookMs);
  }

  /** @throws Error where the answer has another status */
  async ask<Body>(path: string, status: number, init: RequestInit = {}): Promise<Body> {
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    if (response.status !== status) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
