import { existsSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { createRandom, type Random } from "../../bench/load/statistics/random.ts";
import type { Folder } from "../helpers/embedded-queue.ts";
import type { ClientJob } from "../helpers/job-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/witness.ts", import.meta.url).pathname;

/** Clients that submit a job, wait for its end, and submit the next. */
export const clients = 12;

/** The longest wait for the moment of the next kill. */
const longestPauseMs = 60;

export interface CampaignOptions {
  readonly folder: Folder;
  /** How the server is started. */
  readonly flags: readonly string[];
  readonly kills: number;
  readonly seed: number;
}

export type Victim = "worker" | "run" | "server";

/** What was asked for and answered 202. */
export interface Accepted {
  readonly id: string;
  readonly number: number;
  readonly maxAttempts: number;
}

/**
 * A stream of jobs, under which workers, single runs and the whole server are killed at moments that
 * a seed chooses. The server is started again on the same file each time that it was killed.
 */
export class Campaign {
  readonly accepted: Accepted[] = [];
  readonly killed: Record<Victim, number> = { worker: 0, run: 0, server: 0 };
  readonly #options: CampaignOptions;
  readonly #random: Random;
  #server!: ServerProcess;
  /** Settles when the server that is being started serves. */
  #up: Promise<unknown> = Promise.resolve();
  #isOver = false;
  #numbers = 0;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed);
  }

  /** Kills as often as asked for, and resolves with every accepted job as it ended. */
  async run(): Promise<ClientJob[]> {
    await this.#start();
    const streams = Array.from({ length: clients }, () => this.#stream());
    for (let kill = 0; kill < this.#options.kills; kill++) await this.#kill();
    this.#isOver = true;
    await Promise.all(streams);
    return Promise.all(this.accepted.map(({ id }) => this.#ended(id)));
  }

  /** Every accepted job once more, from a server that was started anew. */
  async again(): Promise<ClientJob[]> {
    await this.#restart();
    return Promise.all(this.accepted.map(({ id }) => this.#ended(id)));
  }

  async end(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  evidence(number: number): Promise<string> {
    return readFile(this.#evidence(number), "utf8");
  }

  #evidence(number: number): string {
    return this.#options.folder.file(`job-${number}`);
  }

  async #start(): Promise<void> {
    const { flags, folder } = this.#options;
    const queue = ["--tasks", tasks, "--queue", `sqlite:${folder.file("jobs.db")}`];
    this.#server = await ServerProcess.start([...queue, ...flags]);
  }

  /** Kills all of it at once; what its workers do until they notice is theirs to do right. */
  async #restart(): Promise<void> {
    const up = Promise.withResolvers<void>();
    this.#up = up.promise;
    const former = this.#server;
    former.child.kill("SIGKILL");
    await former.exited;
    await this.#start();
    up.resolve();
    await former[Symbol.asyncDispose]();
  }

  async #kill(): Promise<void> {
    await pause(this.#random() * longestPauseMs);
    const chance = this.#random();
    if (chance < 0.3) await this.#killServer();
    else if (chance < 0.65) await this.#killRun();
    else await this.#killWorker();
  }

  async #killServer(): Promise<void> {
    this.killed.server++;
    await this.#restart();
  }

  /** The next run that computes exits: with its thread, or with its worker. */
  async #killRun(): Promise<void> {
    const bomb = this.#options.folder.file("bomb");
    if (existsSync(bomb)) return this.#killWorker(); // No run has found the one before.
    writeFileSync(bomb, "");
    this.killed.run++;
  }

  /** One that has run jobs, for a worker that dies while it boots stops the server. */
  async #killWorker(): Promise<void> {
    const pids = await readFile(this.#options.folder.file("pids"), "utf8").catch(() => "");
    const ran = new Set(pids.split("\n").map(Number));
    const workers = (await this.#server.workers()).filter((pid) => ran.has(pid));
    const victim = workers[Math.floor(this.#random() * workers.length)];
    if (victim === undefined) return this.#killServer();
    if (!isKilled(victim)) return this.#killWorker();
    this.killed.worker++;
  }

  /** One client: as soon as its job has ended it submits another. */
  async #stream(): Promise<void> {
    while (!this.#isOver) await this.#ended((await this.#submit()).id);
  }

  async #submit(): Promise<Accepted> {
    const number = ++this.#numbers;
    const { folder } = this.#options;
    const maxAttempts = 2 + Math.floor(this.#random() * 5);
    const body = JSON.stringify({
      task: "witness",
      input: {
        number,
        evidence: this.#evidence(number),
        bomb: folder.file("bomb"),
        pids: folder.file("pids"),
        beats: Math.floor(this.#random() * 10),
      },
      maxAttempts,
      backoffMs: Math.floor(this.#random() * 50),
      priority: Math.floor(this.#random() * 3),
    });
    const headers = { "content-type": "application/json", "idempotency-key": `${number}` };
    const response = await this.#fetch("/jobs", { method: "POST", headers, body });
    if (response.status >= 300) throw new Error(`${response.status}: ${await response.text()}`);
    const { id } = (await response.json()) as ClientJob;
    const accepted = { id, number, maxAttempts };
    this.accepted.push(accepted);
    return accepted;
  }

  async #ended(id: string): Promise<ClientJob> {
    for (;;) {
      const response = await this.#fetch(`/jobs/${id}`, { headers: { prefer: "wait=20" } });
      const job = (await response.json()) as ClientJob;
      if (response.status !== 200) throw new Error(`${id}: ${JSON.stringify(job)}`);
      if (job.done) return job;
    }
  }

  /** Asks again, as a client does, while whoever should answer is killed or comes up. */
  async #fetch(path: string, init: RequestInit): Promise<Response> {
    for (;;) {
      await this.#up;
      const { url, child, stderr } = this.#server;
      if (child.exitCode !== null) throw new Error(`The server has ended by itself:\n${stderr}`);
      try {
        const response = await fetch(new URL(path, url), init);
        const text = await response.text();
        if (response.status !== 503) return new Response(text, { status: response.status });
      } catch {
        // The connection broke: the answer may have been on its way.
      }
      await pause(5);
    }
  }
}

/** False where it is gone already: a bomb in its run was quicker. */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
