import { type Life, nextLife } from "../../../src/channel/life.ts";
import type { Assignment, Ended } from "../../../src/jobs/assignment.ts";
import type { Found, Job } from "../../../src/jobs/job.ts";
import type { StoreCommand } from "../../../src/jobs/messages/commands.ts";
import type { Submitted } from "../../../src/jobs/new-job.ts";
import { Dispatch } from "../../../src/jobs/primary/dispatch/dispatch.ts";
import type { JobWorker } from "../../../src/jobs/primary/dispatch/job-worker.ts";
import { openDatabase } from "../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../src/jobs/sqlite/thread/wall-clock.ts";
import { isSuspect } from "../../../src/jobs/transitions/transitions.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const bootMs = 400;
const retentionMs = 24 * 3_600_000;
const handedBack: Ended = { kind: "handed-back" };
const succeeded: Ended = { kind: "succeeded", result: "1" };

/** What a run does: it takes this long, and then succeeds or ends its worker. */
export interface Work {
  readonly task: string;
  readonly ms: number;
  readonly isBomb: boolean;
}

interface Worker {
  readonly life: Life;
  readonly number: number;
  readonly running: Map<string, Assignment>;
  /** Slots that jobs may take. */
  room: number;
  isUp: boolean;
}

/**
 * The store on its file, the real dispatch, and simulated workers that boot, run jobs and die of
 * them. The test moves the time.
 */
export class JobWorld implements Disposable {
  readonly clock = new ManualClock();
  readonly dispatch: Dispatch;
  /** By number: one life in each place. */
  readonly workers = new Map<number, Worker>();
  /** Each start of a job; `beside`: how many others its worker ran then. */
  readonly starts: { readonly id: string; readonly worker: number; readonly beside: number }[] = [];
  /** Jobs that ran beside a suspect, and suspects that did not run alone. */
  readonly mistakes: string[] = [];
  lostWorkers = 0;
  /** How often each job was lost in a row. */
  readonly #losses = new Map<string, number>();
  readonly #works = new Map<string, Work>();
  readonly #slots: number;
  readonly #db;
  readonly #store: Store;
  #lastLife: Life | undefined;

  constructor(path: string, workers: number, slots: number) {
    const { clock } = this;
    this.#slots = slots;
    this.#db = openDatabase(path);
    this.#db.exec("PRAGMA synchronous = OFF");
    const wall = new WallClock(
      () => 1_800_000_000_000 + Math.floor(clock.now()),
      () => clock.now(),
    );
    this.#store = new Store({ db: this.#db, retentionMs, clock: wall, random: () => 0.5 });
    this.#store.takeBack();
    this.dispatch = new Dispatch({
      clock,
      workers: () => workers,
      claim: async (limit, onProbation) =>
        this.ask({ name: "claim", args: { limit, onProbation } }),
      claimQuarantined: async () => this.ask({ name: "claim-quarantined", args: {} }),
      onProbationChange: (onProbation) =>
        this.ask({ name: "set-probation", args: { onProbation } }),
      handBack: (jobs) => {
        for (const { id, token } of jobs)
          this.ask({ name: "end", args: { id, token, ending: handedBack, place: null } });
      },
      send: (life, job) => this.#run(life, job),
    });
    for (let number = 1; number <= workers; number++) this.#boot(number);
    this.#chores();
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  submit(works: readonly Work[], maxAttempts = 3): string[] {
    const jobs = works.map(({ task }) => ({ ...plainJob, task, maxAttempts, backoffMs: 1000 }));
    const submitted = this.ask<readonly Submitted[]>({ name: "submit", args: { jobs } });
    return submitted.map((each, index) => {
      if (each.kind !== "accepted") throw new Error("not accepted");
      this.#works.set(each.job.id, works[index] as Work);
      return each.job.id;
    });
  }

  job(id: string): Job {
    const found = this.ask<Found>({ name: "find", args: { id, withResult: false } });
    if (found.kind !== "found") throw new Error(found.kind);
    return found.job;
  }

  /**
   * Lets time pass until the condition holds.
   *
   * @throws Error where that takes longer
   */
  async until(isSo: () => boolean, longestMs: number): Promise<void> {
    const end = this.clock.now() + longestMs;
    while (!isSo()) {
      if (this.clock.now() > end) throw new Error(`It is not so after ${longestMs} ms`);
      await this.pass(20);
    }
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    for (const end = this.clock.now() + ms; this.clock.now() < end; ) {
      this.clock.advance(20);
      await new Promise(setImmediate);
    }
  }

  /** Live runs take all slots of a worker until it dies. */
  fill(number: number): void {
    const worker = this.workers.get(number) as Worker;
    worker.room = 0;
    this.dispatch.offer(worker.life, worker.running.size);
  }

  /** A worker dies with all that it runs, and another one boots in its place. */
  kill(number: number): void {
    this.lostWorkers++;
    const running = this.remove(number)?.assigned.values() ?? [];
    const attempts = Array.from(running, ({ id, token }) => ({ id, token }));
    for (const { id } of attempts) this.#losses.set(id, (this.#losses.get(id) ?? 0) + 1);
    if (attempts.length > 0)
      this.ask({ name: "lost", args: { attempts, wasAlone: attempts.length === 1, place: null } });
    this.#boot(number);
  }

  /** A worker ends, and its place stays empty. */
  remove(number: number): JobWorker | undefined {
    const { life } = this.workers.get(number) as Worker;
    this.workers.delete(number);
    return this.dispatch.detach(life);
  }

  ask<Value>(command: StoreCommand): Value {
    this.#store.checkClock();
    const [answer] = this.#store.carryOut([{ call: 1, ...command }]);
    if (!answer || !("value" in answer)) throw new Error(JSON.stringify(answer));
    void Promise.resolve().then(() => this.dispatch.told(this.#store));
    return answer.value as Value;
  }

  #boot(number: number): void {
    const life = nextLife(this.#lastLife);
    this.#lastLife = life;
    const running = new Map<string, Assignment>();
    const worker = { life, number, running, room: this.#slots, isUp: false };
    this.workers.set(number, worker);
    this.dispatch.attach(life, number);
    this.#later(worker, bootMs, () => {
      worker.isUp = true;
      this.dispatch.offer(life, worker.room);
    });
  }

  #run(life: Life, assignment: Assignment): void {
    const worker = [...this.workers.values()].find((each) => each.life === life) as Worker;
    const { id, token } = assignment;
    const work = this.#works.get(id) as Work;
    this.starts.push({ id, worker: worker.number, beside: worker.running.size });
    const beside = [...worker.running.keys()];
    const isSuspected = (each: string) => isSuspect(this.#losses.get(each) ?? 0);
    if (beside.some((each) => isSuspected(each) || isSuspected(id))) this.mistakes.push(id);
    worker.running.set(id, assignment);
    this.#later(worker, work.ms, () => {
      if (work.isBomb) {
        this.kill(worker.number);
        return;
      }
      worker.running.delete(id);
      this.#losses.delete(id);
      const report = { executor: "inline", queuedMs: 0, ranMs: work.ms, cpuMs: null };
      this.dispatch.ended(life, { id, token, ending: { ...succeeded, report } });
      this.ask({ name: "end", args: { id, token, ending: succeeded, place: null } });
      this.dispatch.offer(life, Math.max(worker.room, worker.running.size));
    });
  }

  /** Does nothing where the worker has died by then. */
  #later(worker: Worker, ms: number, act: () => void): void {
    this.clock.after(ms, () => {
      if (this.workers.get(worker.number) === worker) act();
    });
  }

  #chores(): void {
    while (this.#store.doChores());
    this.dispatch.told(this.#store);
    this.clock.after(250, () => this.#chores());
  }
}
