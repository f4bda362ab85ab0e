import { existsSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import type { Random } from "../../bench/load/statistics/random.ts";
import type { Folder } from "../helpers/embedded-queue.ts";
import { isKilled } from "./is-killed.ts";
import type { KilledServer } from "./killed-server.ts";
import type { KilledQueue } from "./queues.ts";

/** After a kill, jobs are to end before the next one; but it does not wait for longer than this. */
const patienceMs = 1000;

/** The longest wait after that. */
const longestPauseMs = 100;

/** `drain`: the server is stopped, and not killed. `queue`: the process that has the queue. */
export type Victim = "worker" | "run" | "server" | "drain" | "queue";

export interface KillerOptions {
  readonly server: KilledServer;
  readonly queue: KilledQueue;
  readonly folder: Folder;
  readonly random: Random;
  /** Resolves when a client sees the end of a job. */
  readonly nextEnd: () => Promise<void>;
}

/** Kills what a seed chooses, at moments that it chooses. */
export class Killer {
  readonly killed: Record<Victim, number> = { worker: 0, run: 0, server: 0, drain: 0, queue: 0 };
  readonly #options: KillerOptions;

  constructor(options: KillerOptions) {
    this.#options = options;
  }

  async next(): Promise<void> {
    const { random, nextEnd } = this.#options;
    await Promise.race([nextEnd(), pause(patienceMs)]);
    await pause(random() * longestPauseMs);
    const chance = random();
    if (chance < 0.2) await this.#killServer();
    else if (chance < 0.35) await this.#drain();
    else if (chance < 0.65) await this.#killRun();
    else if (chance < 0.8) await this.#killQueue();
    else await this.#killWorker();
  }

  async #killServer(): Promise<void> {
    this.killed.server++;
    await this.#options.server.kill();
  }

  /** Where it is in the server, a worker is killed instead. */
  async #killQueue(): Promise<void> {
    const { queue } = this.#options;
    if (!queue.kill) return this.#killWorker();
    this.killed.queue++;
    await queue.kill();
  }

  async #drain(): Promise<void> {
    this.killed.drain++;
    const { code, signal } = await this.#options.server.drain();
    // 1: a worker was killed at the drain timeout.
    expect([0, 1]).toContain(code);
    expect(signal).toBeNull();
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
    const { server, folder, random } = this.#options;
    const pids = await readFile(folder.file("pids"), "utf8").catch(() => "");
    const ran = new Set(pids.split("\n").map(Number));
    const workers = (await server.workers()).filter((pid) => ran.has(pid));
    const victim = workers[Math.floor(random() * workers.length)];
    if (victim === undefined) return this.#killServer();
    if (!isKilled(victim)) return this.#killWorker();
    this.killed.worker++;
  }
}
