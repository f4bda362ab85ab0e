import type { Random } from "../../../bench/load/statistics/random.ts";
import type { Folder } from "../../helpers/embedded-queue.ts";
import type { ClientJob } from "../../helpers/job-client.ts";
import type { Answer } from "../killed-server.ts";
import { makeWitness, type WitnessJob, type WitnessOptions } from "../witness-job.ts";

/** A job that was answered 202, and what its clients have done with it since. */
export interface Accepted extends WitnessJob {
  readonly id: string;
  /** The jobs after which it was to run. */
  readonly prerequisites: readonly Accepted[];
  /** No client sees its end yet. */
  isUnderWay: boolean;
  /** Somebody has asked to cancel it. */
  isCancelAsked: boolean;
  /** Somebody was told that it is cancelled, or will be. */
  isCancelPromised: boolean;
  /** The wish to cancel that is under way. */
  cancelling: Promise<void>;
  /** It was run again by hand. */
  isRetried: boolean;
}

/** Who answers clients: it asks again while whoever should answer is away. */
export interface Answering {
  ask<Body>(path: string, init?: RequestInit): Promise<Answer<Body>>;
}

export interface DeskOptions {
  readonly server: Answering;
  readonly folder: Folder;
  readonly random: Random;
  /** Where every job tells of its end; null: nobody hears of it. */
  readonly onEnd: string | null;
}

/** Where clients submit, ask and wait; it keeps a list of what was accepted. */
export class Desk {
  readonly accepted: Accepted[] = [];
  readonly random: Random;
  readonly #options: DeskOptions;
  #numbers = 0;
  #nextEnd = Promise.withResolvers<void>();
  /** No client begins anything new. */
  isClosed = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.random = options.random;
  }

  /** A job that was not submitted yet. */
  make(options: Pick<WitnessOptions, "beats" | "snoozes" | "more" | "shared">): WitnessJob {
    const { folder, random } = this.#options;
    return makeWitness({ ...options, folder, random, number: ++this.#numbers });
  }

  /** The same, and it tells of its end, if anybody hears of it. */
  makeTold({ more, ...options }: Parameters<Desk["make"]>[0]): WitnessJob {
    const { onEnd: url } = this.#options;
    return this.make({ ...options, more: { ...more, ...(url !== null && { onEnd: { url } }) } });
  }

  accept(job: WitnessJob, id: string, prerequisites: readonly Accepted[] = []): Accepted {
    const asked = { isCancelAsked: false, isCancelPromised: false, isRetried: false };
    const now = { isUnderWay: true, cancelling: Promise.resolve() };
    const accepted = { ...job, id, prerequisites, ...asked, ...now };
    this.accepted.push(accepted);
    return accepted;
  }

  ask<Body>(path: string, init?: RequestInit): Promise<Answer<Body>> {
    return this.#options.server.ask(path, init);
  }

  /** @throws Error for any other status than these */
  async post<Body>(path: string, body: unknown, key: string, statuses = [200, 202, 207]) {
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await this.ask<Body>(path, init);
    if (statuses.includes(answer.status)) return answer;
    throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  ended(id: string): Promise<ClientJob> {
    return this.endOf<ClientJob>(`/jobs/${id}`);
  }

  /** Resolves with the job, or the batch, when it has ended. */
  async endOf<Body extends { readonly done: boolean }>(path: string): Promise<Body> {
    for (;;) {
      const headers = { prefer: "wait=20" };
      const { status, body } = await this.ask<Body>(path, { headers });
      if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
      if (!body.done) continue;
      this.#nextEnd.resolve();
      this.#nextEnd = Promise.withResolvers();
      return body;
    }
  }

  /** Resolves when a client sees the end of a job. */
  nextEnd(): Promise<void> {
    return this.#nextEnd.promise;
  }

  /** Every job that a filter selects. */
  async list<Job = ClientJob>(filter: string): Promise<Job[]> {
    const all: Job[] = [];
    let next: string | null = `/jobs?limit=1000&${filter}`;
    while (next !== null) {
      const { body }: Answer<{ jobs: Job[]; next: string | null }> = await this.ask(next);
      all.push(...body.jobs);
      next = body.next;
    }
    return all;
  }
}
