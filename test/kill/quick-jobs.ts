import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../bench/load/statistics/random.ts";
import type { Folder } from "../helpers/embedded-queue.ts";
import type { ClientJob } from "../helpers/job-client.ts";
import type { Start } from "./evidence.ts";
import { isKilled } from "./is-killed.ts";
import { KilledServer } from "./killed-server.ts";
import type { KilledQueue } from "./queues.ts";
import { witnessTasks } from "./witness-job.ts";

/** Clients that submit quick jobs, each many at a time. */
const clients = 2;

/** Large jobs that wait for another day, so many at a time. */
const largeJobs = 4;
const largeBytes = 200_000;
const dayMs = 86_400_000;
const longestPauseMs = 20;

/** Jobs that start between two kills, of those of one client: the first ones show that they are quick. */
const fewestStarts = 0.1;
const mostStarts = 1;
const bytesOfStart = 25;

export interface QuickJob {
  readonly number: number;
  readonly id: string;
}

export interface QuickOptions {
  readonly folder: Folder;
  readonly queue: KilledQueue;
  readonly flags: readonly string[];
  readonly kills: number;
  readonly random: Random;
}

/**
 * Quick jobs, many at a time, under whom the server and its workers are killed: some jobs wait in a
 * worker then, and others have ended there while that is not on disk.
 */
export class QuickCampaign implements AsyncDisposable {
  readonly server: KilledServer;
  readonly accepted: QuickJob[] = [];
  /** How often the whole server was killed, and how often the process that has the queue. */
  ofServer = 0;
  ofQueue = 0;
  readonly #options: QuickOptions;
  readonly #evidence: string;
  #numbers = 0;
  #isOver = false;

  constructor(options: QuickOptions) {
    const { folder, queue, flags } = options;
    this.#options = options;
    this.#evidence = folder.file("evidence");
    this.server = new KilledServer(["--tasks", witnessTasks, "--queue", queue.address, ...flags]);
  }

  /** Kills as often as asked for; resolves when all jobs have ended. */
  async run(): Promise<void> {
    const submitters = Array.from({ length: clients }, () => this.#submit());
    const streams = Promise.all([this.#burden(), ...submitters]);
    await Promise.race([streams, this.#kill()]); // A client that gives up ends it.
    this.#isOver = true;
    await streams;
  }

  /** Resolves with the job when it has ended: an answer may come before that, where the queue was away. */
  async ended(id: string): Promise<ClientJob> {
    const headers = { prefer: "wait=20" };
    for (;;) {
      const { body } = await this.server.ask<ClientJob>(`/jobs/${id}`, { headers });
      if (body.done) return body;
    }
  }

  /** What the runs of each job wrote down, by its number. */
  async starts(): Promise<Map<number, Start[]>> {
    const text = await readFile(this.#evidence, "utf8").catch(() => "");
    const starts = new Map<number, Start[]>();
    for (const line of text.split("\n").slice(0, -1)) {
      const [number = 0, at = 0, pid = 0] = line.split(" ").map(Number);
      starts.set(number, [...(starts.get(number) ?? []), { at, pid }]);
    }
    return starts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.server[Symbol.asyncDispose]();
  }

  async #submit(): Promise<void> {
    const { together } = this.#options.queue.kind;
    while (!this.#isOver) {
      const jobs = Array.from({ length: together }, () => {
        const input = { number: ++this.#numbers, evidence: this.#evidence };
        return { task: "quick", input, maxAttempts: 100, backoffMs: 0 };
      });
      const headers = { prefer: "wait=30", "idempotency-key": `jobs-${this.#numbers}` };
      const answer = await this.#post<{ jobs: { job: ClientJob }[] }>(jobs, headers);
      for (const [place, { job }] of answer.jobs.entries())
        this.accepted.push({ id: job.id, number: jobs[place]?.input.number ?? 0 });
    }
  }

  /** While large jobs are written, the ends of others wait for the disk. */
  async #burden(): Promise<void> {
    const runAt = new Date(Date.now() + dayMs).toISOString();
    const input = { number: 0, evidence: "x".repeat(largeBytes) };
    const jobs = Array(largeJobs).fill({ task: "quick", input, runAt });
    while (!this.#isOver) {
      await this.#post(jobs, {});
      await pause(this.#options.random() * longestPauseMs);
    }
  }

  async #post<Body>(jobs: readonly object[], more: Record<string, string>): Promise<Body> {
    const headers = { "content-type": "application/json", ...more };
    const init = { method: "POST", headers, body: JSON.stringify(jobs) };
    const { status, body } = await this.server.ask<Body>("/jobs", init);
    if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async #kill(): Promise<void> {
    const { kills, queue, random } = this.#options;
    const { together } = queue.kind;
    for (let kill = 0; kill < kills && !this.server.isOver; kill++) {
      const starts = fewestStarts + random() * (mostStarts - fewestStarts);
      await this.#started(starts * together * bytesOfStart);
      const chance = random();
      if (chance < 0.3 && (await this.#killWorker())) continue;
      if (chance > 0.7 && queue.kill) {
        this.ofQueue++;
        await queue.kill();
        continue;
      }
      this.ofServer++;
      await this.server.kill();
    }
  }

  /** Resolves when the evidence has grown by so many bytes. */
  async #started(bytes: number): Promise<void> {
    const size = () => statSync(this.#evidence, { throwIfNoEntry: false })?.size ?? 0;
    const enough = size() + bytes;
    while (size() < enough && !this.server.isOver) await pause(1);
  }

  /** One that has run jobs: a worker that dies while it boots stops the server. */
  async #killWorker(): Promise<boolean> {
    const starts = await this.starts();
    const ran = new Set([...starts.values()].flatMap((each) => each.map(({ pid }) => pid)));
    const victim = (await this.server.workers()).find((pid) => ran.has(pid));
    return victim !== undefined && isKilled(victim);
  }
}
