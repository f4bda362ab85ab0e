import type { Life } from "../../../channel/life.ts";
import type { HungRun } from "../../../channel/supervision.ts";
import { type Ended, isOwnEnd } from "../../assignment.ts";
import type { AttemptPlace } from "../../attempt.ts";
import { isTaskPaused, type Paused } from "../../control.ts";
import type { AssignedJob, Attempt, ClaimedJob } from "../../messages/commands.ts";
import type { Starts } from "../../starts.ts";
import { Ahead } from "./ahead.ts";
import { findEmptiest, findSoonest } from "./choose-worker.ts";
import { ClaimedJobs } from "./claimed-jobs.ts";
import { Claiming } from "./claiming.ts";
import type { DispatchOptions, EndedAttempt } from "./dispatch-options.ts";
import { JobWorker } from "./job-worker.ts";
import type { MarkRegion } from "./mark-region.ts";
import { Probation } from "./probation.ts";
import { Quarantine } from "./quarantine.ts";
import { TaskPace } from "./task-pace.ts";

/**
 * Pushes jobs to the workers that have room, the emptiest first. When none has any, short jobs may
 * wait in a worker (waiting-room.ts): it starts them without a way to the primary and back.
 */
export class Dispatch {
  readonly #options: DispatchOptions;
  readonly #workers = new Map<Life, JobWorker>();
  readonly #ahead: Ahead;
  readonly #pace = new TaskPace();
  readonly #probation = new Probation();
  readonly #quarantine: Quarantine;
  readonly #claiming: Claiming;
  readonly #claimed: ClaimedJobs;
  #ready = 0;
  #quarantined = 0;
  #onProbation: readonly string[] = [];
  #isClosed = false;

  constructor(options: DispatchOptions) {
    this.#options = options;
    this.#ahead = new Ahead(options.workers);
    this.#claiming = new Claiming(options);
    this.#claimed = new ClaimedJobs(options);
    this.#quarantine = new Quarantine({ ...options, claim: options.claimQuarantined });
  }

  /** @param region where it marks its starts; where it cannot, no job is to wait in the worker */
  attach(life: Life, number: number, pid: number | null = null, region?: MarkRegion): void {
    this.#workers.set(life, new JobWorker(life, number, pid, region));
  }

  /** Null where there is no such worker. */
  placeOf(life: Life): AttemptPlace | null {
    return this.#workers.get(life)?.place ?? null;
  }

  /** Undefined where there is no such worker. */
  regionOf(life: Life): MarkRegion | undefined {
    return this.#workers.get(life)?.region;
  }

  /** The worker cannot mark its starts any more. */
  unmarked(life: Life): void {
    this.#workers.get(life)?.closeWaiting();
  }

  /**
   * @param started what the worker had started; null where nobody knows
   * @returns the worker, with the jobs that were with it
   */
  detach(life: Life, started: Starts | null = null): JobWorker | undefined {
    const worker = this.#workers.get(life);
    if (!worker) return undefined;
    this.#workers.delete(life);
    worker.lost(started);
    this.#quarantine.lost(worker);
    this.#probation.lost(worker.suspectTasks, this.#options.clock.now());
    return worker;
  }

  hung(life: Life, runs: readonly HungRun[]): void {
    this.#workers.get(life)?.hung(runs);
  }

  atExit(life: Life, attempt: Attempt, ended: Ended): void {
    this.#workers.get(life)?.atExit(attempt, ended);
  }

  /** @param capacity how many jobs the worker could run side by side now */
  offer(life: Life, capacity: number): void {
    this.#workers.get(life)?.offer(capacity);
    this.move();
  }

  /** To be followed by `move`. @returns undefined where this worker does not have the attempt */
  ended(life: Life, end: EndedAttempt): AssignedJob | undefined {
    const now = this.#options.clock.now();
    const worker = this.#workers.get(life);
    const job = worker?.ended(end, end.ending.kind === "handed-back", now);
    if (!worker || !job) return undefined;
    this.#quarantine.ended(worker);
    if (!isOwnEnd(end.ending)) return job;
    this.#probation.ended(job.task);
    const ranMs = end.ending.report?.ranMs;
    if (typeof ranMs === "number") this.#pace.ended(job.task, ranMs);
    if (this.#pace.isBrief(job.task)) this.#ahead.ended(now);
    return job;
  }

  /** The worker that has an attempt. */
  ownerOf(attempt: Attempt): Life | undefined {
    for (const [life, worker] of this.#workers) if (worker.has(attempt)) return life;
    return undefined;
  }

  /** Gives up a job that was claimed ahead; undefined where there is no such job. */
  drop(attempt: Attempt): ClaimedJob | undefined {
    return this.#claimed.drop(attempt);
  }

  /** Jobs that were claimed ahead go back if they are not to start any more. */
  pause(paused: Paused): void {
    this.#claimed.giveBack(({ task }) => isTaskPaused(paused, task));
  }

  /**
   * The counts of the file, at least once a second.
   *
   * @param ready how many jobs could be claimed
   * @param quarantined how many are in quarantine
   */
  told({ ready, quarantined }: { readonly ready: number; readonly quarantined: number }): void {
    this.#ready = ready;
    this.#quarantined = quarantined;
    this.move();
  }

  /** Sends no more. Resolves when what is claimed goes back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#claimed.giveAllBack();
    await Promise.all([this.#claiming.answered, this.#quarantine.close()]);
  }

  /** Sends what can be sent, and claims what there is room for. To be called after every change. */
  move(): void {
    if (this.#isClosed) return;
    this.#updateProbation();
    this.#push();
    this.#claim();
    const othersWait = this.#ready > 0 || this.#claimed.length > 0;
    this.#quarantine.move(this.#workers.values(), this.#quarantined, othersWait);
  }

  /** Jobs of tasks on probation do not run side by side: those that were claimed ahead go back. */
  #updateProbation(): void {
    const { clock, onProbationChange } = this.#options;
    const before = this.#onProbation;
    const tasks = this.#probation.tasks(clock.now());
    this.#onProbation = tasks;
    if (tasks.join() !== before.join()) onProbationChange(tasks, before);
    if (tasks.length === 0) return;
    this.#claimed.giveBack(({ task }) => tasks.includes(task));
  }

  #push(): void {
    const isAnySent = this.#claimed.send((job) => {
      const expectedMs = this.#pace.shortMs(job.task);
      const worker = findEmptiest(this.#workers.values()) ?? this.#soonest(job, expectedMs);
      if (!worker) return false;
      this.#options.send(worker.life, worker.assign(job, expectedMs));
      return true;
    });
    if (isAnySent) this.#quarantine.otherSent();
  }

  /** Nothing waits in a worker for its last attempt: in doubt that one would count. */
  #soonest({ attempt, maxAttempts }: ClaimedJob, expectedMs: number | null) {
    if (expectedMs === null || attempt >= maxAttempts) return undefined;
    return findSoonest(this.#workers.values(), expectedMs, this.#options.clock.now());
  }

  #claim(): void {
    if (this.#claiming.isUnderWay || this.#ready === 0) return;
    let [room, waiting] = [0, this.#claimed.length];
    for (const worker of this.#workers.values()) {
      room += worker.room;
      waiting += worker.waiting;
    }
    const wanted = this.#ahead.wanted(this.#options.clock.now());
    const missing = Math.max(0, wanted - waiting);
    // Few large claims cost less than many small ones. What is left keeps the workers busy meanwhile.
    if (room === 0 && missing < wanted / 2) return;
    const limit = room + missing;
    if (limit <= 0) return;
    this.#claiming.claim(limit, this.#onProbation, (jobs) => {
      this.#claimed.add(jobs);
      if (this.#isClosed) this.#claimed.giveAllBack();
      else this.move();
    });
  }
}
