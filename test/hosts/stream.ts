import { expect } from "vitest";
import type { Random } from "../../bench/load/statistics/random.ts";
import type { Folder } from "../helpers/embedded-queue.ts";
import type { ClientJob } from "../helpers/job-client.ts";
import { cancelAtRandom } from "../kill/clients/canceller.ts";
import { type Accepted, Desk } from "../kill/clients/desk.ts";
import { readEvidence } from "../kill/evidence.ts";
import { inTurns } from "../kill/in-turns.ts";
import { accountFor, type ClientAttempt } from "../kill/verdicts/attempts.ts";
import { evidenceFile, type WitnessJob } from "../kill/witness-job.ts";
import type { Fleet } from "./fleet.ts";

export interface StreamOptions {
  readonly fleet: Fleet;
  readonly folder: Folder;
  readonly random: Random;
  /** Clients that submit a job, wait for its end, and submit the next. */
  readonly clients: number;
  /** Longest run, in beats of some ms. */
  readonly mostBeats: number;
  /** Whether some jobs are cancelled. */
  readonly cancels: boolean;
}

/** Losses of hosts alone end no job. */
const maxAttempts = 100;

/** Jobs that clients submit to any host, and what must hold for them whatever happens to hosts. */
export class Stream {
  readonly desk: Desk;
  readonly #options: StreamOptions;

  constructor(options: StreamOptions) {
    const { fleet, folder, random } = options;
    this.#options = options;
    this.desk = new Desk({ server: fleet, folder, random, onEnd: null });
  }

  /** Goes on until `desk.isClosed`; resolves when all jobs have ended. */
  async run(): Promise<void> {
    const { clients, cancels } = this.#options;
    const submitters = Array.from({ length: clients }, () => this.#submit());
    await Promise.all([...submitters, cancels ? cancelAtRandom(this.desk) : null]);
  }

  /** @returns how many jobs there were, and how many of them started more than once */
  async judge(): Promise<{ readonly jobs: number; readonly again: number }> {
    const { desk } = this;
    const { folder, fleet } = this.#options;
    const starts = await inTurns(desk.accepted, async (accepted) => {
      const job = await desk.ended(accepted.id);
      const { body } = await desk.ask<{ attempts: ClientAttempt[] }>(`/jobs/${job.id}/attempts`);
      const evidence = await readEvidence(evidenceFile(folder, accepted.number));
      const told = JSON.stringify({ job, attempts: body.attempts, evidence });
      expect(evidence.overlaps, `ran twice at a time: ${told}`).toBe(false);
      const account = accountFor({ job, ...body, starts: evidence.starts, isRetried: false });
      expect(account.faults, told).toEqual([]);
      judgeEnd(accepted, job, body.attempts, told);
      for (const host of fleet.hosts) {
        const answer = await host.fetch<ClientJob>(`/jobs/${job.id}`);
        expect(answer?.body, "another host tells the same").toEqual(job);
      }
      return evidence.starts.length;
    });
    return { jobs: starts.length, again: starts.filter((count) => count > 1).length };
  }

  async #submit(): Promise<void> {
    const { desk } = this;
    const { random, mostBeats } = this.#options;
    while (!desk.isClosed) {
      const job = withAttempts(desk.make({ beats: Math.ceil(random() * mostBeats) }));
      const { body } = await desk.post<ClientJob>("/jobs", job.body, `job-${job.number}`);
      const accepted = desk.accept(job, body.id);
      await desk.ended(accepted.id);
      accepted.isUnderWay = false;
    }
  }
}

function withAttempts(job: WitnessJob): WitnessJob {
  return { ...job, maxAttempts, body: { ...job.body, maxAttempts } };
}

/** One final state, one result, and one attempt that has brought it. */
function judgeEnd(
  { number, isCancelAsked }: Accepted,
  job: ClientJob,
  attempts: readonly ClientAttempt[],
  told: string,
): void {
  const good = attempts.filter(({ outcome }) => outcome === "succeeded").length;
  expect(good, told).toBe(job.state === "succeeded" ? 1 : 0);
  if (job.state === "succeeded") expect(job.result).toEqual({ square: number ** 2 });
  else expect([job.state, isCancelAsked], told).toEqual(["cancelled", true]);
}
