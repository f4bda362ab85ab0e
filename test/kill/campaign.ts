import { createRandom } from "../../bench/load/statistics/random.ts";
import type { Folder } from "../helpers/embedded-queue.ts";
import type { ClientJob } from "../helpers/job-client.ts";
import { type AcceptedBatch, submitBatches } from "./clients/batches.ts";
import { cancelAtRandom } from "./clients/canceller.ts";
import { type Accepted, Desk } from "./clients/desk.ts";
import { raceForKey } from "./clients/racers.ts";
import {
  submitChains,
  submitLong,
  submitOneByOne,
  submitQuick,
  submitTimely,
} from "./clients/submitters.ts";
import { startTicks } from "./clients/ticks.ts";
import { type Evidence, readEvidence } from "./evidence.ts";
import { inTurns } from "./in-turns.ts";
import { KilledServer } from "./killed-server.ts";
import type { KilledQueue } from "./queues.ts";
import type { ClientAttempt } from "./verdicts/attempts.ts";
import { Killer } from "./victims.ts";
import { evidenceFile, witnessTasks } from "./witness-job.ts";

/** Clients that submit a job, wait for its end, and submit the next. */
export const plainClients = 12;

const racers = 4;

export interface CampaignOptions {
  readonly folder: Folder;
  readonly queue: KilledQueue;
  /** How the server is started. */
  readonly flags: readonly string[];
  readonly kills: number;
  readonly seed: number;
  /** Where every job tells of its end; null: nobody hears of it. */
  readonly onEnd: string | null;
}

/** All that is known of a job after its end. */
export interface Case {
  readonly accepted: Accepted;
  readonly job: ClientJob;
  readonly attempts: readonly ClientAttempt[];
  readonly evidence: Evidence;
  /** The job once more, from a server that was started anew. */
  readonly again: ClientJob;
}

/**
 * Clients that submit, cancel, retry and race, under whom workers, single runs and the whole server are
 * killed, and the server is stopped, at moments that a seed chooses.
 */
export class Campaign implements AsyncDisposable {
  readonly desk: Desk;
  readonly #options: CampaignOptions;
  readonly #server: KilledServer;
  readonly #killer: Killer;

  constructor(options: CampaignOptions) {
    const { folder, queue, flags, seed, onEnd } = options;
    const webhooks = onEnd === null ? [] : ["--webhooks", "127.0.0.1"];
    const given = ["--tasks", witnessTasks, "--queue", queue.address, ...webhooks];
    const server = new KilledServer([...given, ...flags]);
    const random = createRandom(seed);
    this.#options = options;
    this.#server = server;
    const desk = new Desk({ server, folder, random, onEnd });
    this.desk = desk;
    this.#killer = new Killer({ server, queue, folder, random, nextEnd: () => desk.nextEnd() });
  }

  get killed(): Killer["killed"] {
    return this.#killer.killed;
  }

  /**
   * Kills as often as asked for; resolves when all clients have seen their jobs end.
   *
   * @returns the batches among them
   */
  async run(): Promise<AcceptedBatch[]> {
    const { desk } = this;
    await startTicks(desk);
    const batches = submitBatches(desk);
    const clients = Promise.all([
      batches,
      ...Array.from({ length: plainClients }, () => submitOneByOne(desk)),
      ...Array.from({ length: racers }, () => raceForKey(desk)),
      ...[submitQuick(desk), submitLong(desk), submitTimely(desk)],
      submitChains(desk),
      cancelAtRandom(desk),
    ]);
    await Promise.race([clients, this.#kill()]); // A client that gives up ends it.
    desk.isClosed = true;
    await clients;
    return batches;
  }

  /** Every accepted job. The server is started anew in between. */
  async cases(): Promise<Case[]> {
    const { desk } = this;
    const { accepted } = desk;
    const jobs = await inTurns(accepted, ({ id }) => desk.ended(id));
    await this.#server.kill();
    const again = await inTurns(accepted, ({ id }) => desk.ended(id));
    const attempts = await inTurns(accepted, ({ id }) =>
      desk.ask<{ attempts: ClientAttempt[] }>(`/jobs/${id}/attempts`),
    );
    const evidence = await inTurns(accepted, ({ number }) =>
      readEvidence(evidenceFile(this.#options.folder, number)),
    );
    return accepted.map((each, index) => ({
      accepted: each,
      job: jobs[index] as ClientJob,
      again: again[index] as ClientJob,
      attempts: attempts[index]?.body.attempts ?? [],
      evidence: evidence[index] as Evidence,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.desk.isClosed = true;
    await this.#server[Symbol.asyncDispose]();
  }

  async #kill(): Promise<void> {
    for (let kill = 0; kill < this.#options.kills && !this.#server.isOver; kill++) {
      await this.#killer.next();
    }
  }
}
