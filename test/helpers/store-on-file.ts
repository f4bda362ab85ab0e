import type { Assignment, Ended } from "../../src/jobs/assignment.ts";
import type { AttemptPlace } from "../../src/jobs/attempt.ts";
import type { Found, Job } from "../../src/jobs/job.ts";
import type { StoreCommand } from "../../src/jobs/messages/commands.ts";
import type { NewJob, Submitted } from "../../src/jobs/new-job.ts";
import { openDatabase } from "../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../src/jobs/sqlite/thread/wall-clock.ts";
import { plainJob } from "../contracts/queue-under-test.ts";
import { Folder } from "./embedded-queue.ts";

export interface StoreOnFileOptions {
  readonly retentionMs?: number;
  readonly maxQueued?: number;
  readonly random?: () => number;
  /** What the wall clock says at first, in ms since 1970. */
  readonly start?: number;
}

/** The store of the embedded queue on a file of its own, under clocks that the test moves and sets. */
export class StoreOnFile implements Disposable {
  /** ms. Whoever moves it moves the wall clock, too. */
  steady = 0;
  /** How far each look at the steady clock moves it on, in ms: the work between two looks. */
  tick = 0;
  /** What the wall clock is ahead of steady time. */
  ahead: number;
  readonly #folder = new Folder();
  readonly #options: StoreOnFileOptions;
  #db;
  #store;

  constructor(options: StoreOnFileOptions = {}) {
    this.#options = options;
    this.ahead = options.start ?? 1_800_000_000_000;
    [this.#db, this.#store] = this.#open();
  }

  /** What the wall clock says. To set it moves both clocks. */
  get now(): number {
    return this.steady + this.ahead;
  }

  set now(now: number) {
    this.steady += now - this.now;
  }

  get db() {
    return this.#db;
  }

  get store(): Store {
    return this.#store;
  }

  /** The next server opens the file. It has not taken back what was running. */
  reopen(): void {
    this.#db.close();
    [this.#db, this.#store] = this.#open();
  }

  chores(): void {
    while (this.#store.doChores());
  }

  /** @throws Error where the store refuses */
  ask<Value>(command: StoreCommand): Value {
    const [answer] = this.#store.carryOut([{ call: 1, ...command }]);
    if (!answer || !("value" in answer)) throw new Error(JSON.stringify(answer));
    return answer.value as Value;
  }

  /** @returns the id of the job that is there now */
  submit(job: Partial<NewJob> = {}): string {
    const [id] = this.submitMany([job]);
    return id as string;
  }

  submitMany(parts: readonly Partial<NewJob>[]): string[] {
    const jobs = parts.map((job) => ({ ...plainJob, ...job }));
    const submitted = this.ask<readonly Submitted[]>({ name: "submit", args: { jobs } });
    return submitted.map((each) => {
      if (each.kind !== "accepted") throw new Error(each.kind);
      return each.job.id;
    });
  }

  /** @throws Error where no job may start */
  claim(): Assignment {
    const args = { limit: 1, onProbation: [] };
    const [assignment] = this.ask<readonly Assignment[]>({ name: "claim", args });
    if (!assignment) throw new Error("There is no job to claim");
    return assignment;
  }

  end({ id, token }: Assignment, ending: Ended, place: AttemptPlace | null = null): void {
    this.ask({ name: "end", args: { id, token, ending, place } });
  }

  /** The worker of an attempt was lost. */
  lose({ id, token }: Assignment, wasAlone = true): void {
    this.ask({ name: "lost", args: { attempts: [{ id, token }], wasAlone, place: null } });
  }

  find(id: string): Found {
    return this.ask({ name: "find", args: { id, withResult: false } });
  }

  job(id: string): Job {
    const found = this.find(id);
    if (found.kind !== "found") throw new Error(found.kind);
    return found.job;
  }

  /** @param of a table, and perhaps a condition */
  count(of: string): number {
    return this.#db.prepare(`SELECT count(*) AS n FROM ${of}`).get()?.["n"] as number;
  }

  [Symbol.dispose](): void {
    this.#db.close();
    this.#folder[Symbol.dispose]();
  }

  #open() {
    const {
      retentionMs = 24 * 3_600_000,
      random = () => 0.5,
      maxQueued = Infinity,
    } = this.#options;
    const db = openDatabase(this.#folder.file("jobs.db"));
    const clock = new WallClock(
      () => Math.floor(this.now),
      () => {
        this.steady += this.tick;
        return this.steady;
      },
    );
    return [db, new Store({ db, retentionMs, maxQueued, clock, random })] as const;
  }
}
