import type { Ended } from "../../../../src/jobs/assignment.ts";
import type { Stage } from "../../../../src/jobs/transitions/losses.ts";
import { pauseMs } from "../../../../src/jobs/transitions/retry.ts";
import { isSuspect } from "../../../../src/jobs/transitions/transitions.ts";
import { ModelBatches } from "./model-batches.ts";
import { type ModelAttempt, type ModelJob, random, retentionMs } from "./model-job.ts";
import { ModelKeys } from "./model-keys.ts";
import { ModelOrder } from "./model-order.ts";

/** A model of the queue: the promises of docs/jobs.md in a few lines. */
export class Model {
  readonly #clock: { now: number };
  readonly jobs: ModelJob[] = [];
  readonly attempts: ModelAttempt[] = [];
  /** Attempts that were running when the file was last opened. */
  former: ModelAttempt[] = [];
  readonly order = new ModelOrder(this.jobs);
  readonly keys = new ModelKeys();
  readonly batches = new ModelBatches();

  /** @param clock of the store beside it */
  constructor(clock: { now: number }) {
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock.now;
  }

  set now(now: number) {
    this.#clock.now = now;
  }

  /** One of the jobs, by any number; undefined where there is none. */
  job(pick: number): ModelJob | undefined {
    return this.jobs[pick % this.jobs.length];
  }

  /** One of the attempts that were ever made, by any number. */
  attempt(pick: number): ModelAttempt | undefined {
    return this.attempts[pick % this.attempts.length];
  }

  accept(job: ModelJob): void {
    this.jobs.push(job);
    this.keys.hold(job);
  }

  start(job: ModelJob): void {
    job.state = "running";
    job.attempts++;
    job.token++;
    if (job.unique?.while === "queued") this.keys.release(job);
  }

  running({ id, token }: ModelAttempt): ModelJob | undefined {
    return this.jobs.find((job) => job.id === id && job.token === token && job.state === "running");
  }

  end(job: ModelJob, ending: Ended): void {
    const { attempts } = job;
    this.#end(job, ending);
    if (job.state === "succeeded") job.checkpoint = undefined;
    if (hasNotStarted(ending)) return;
    const outcome = job.state === "cancelled" ? "cancelled" : ending.kind;
    job.past.push(`${outcome} ${job.state !== "queued" || job.attempts === attempts}`);
  }

  #end(job: ModelJob, ending: Ended): void {
    job.isPausing = true;
    if (job.cancelRequested || ending.kind === "cancelled") {
      if (hasNotStarted(ending)) job.attempts--;
      this.finish(job, "cancelled");
    } else if (ending.kind === "succeeded") this.finish(job, "succeeded");
    else if (ending.kind === "handed-back") {
      this.#requeue(job);
      job.attempts--;
    } else if (ending.kind === "snoozed") {
      this.#requeue(job);
      Object.assign(job, { losses: 0, runAt: this.now + ending.pauseMs, startBefore: null });
      job.attempts--;
    } else if (ending.retry && job.attempts < job.maxAttempts) {
      this.#requeue(job);
      const backOff = pauseMs(job.backoffMs, job.attempts, random);
      const runAt = this.now + (ending.pauseMs ?? backOff);
      Object.assign(job, { losses: 0, runAt, startBefore: null });
    } else this.finish(job, "failed");
  }

  /** A worker was lost with these. An attempt counts if it was alone, and from the third loss on. */
  lost(jobs: readonly ModelJob[], wasAlone: boolean): void {
    for (const job of jobs) {
      job.isPausing = true;
      const counts = wasAlone || job.losses >= 2;
      job.past.push(`lost ${counts || job.cancelRequested}`);
      if (job.cancelRequested) this.finish(job, "cancelled");
      else if (counts && job.attempts >= job.maxAttempts) this.finish(job, "failed");
      else {
        this.#requeue(job);
        job.attempts -= counts ? 0 : 1;
        job.runAt = this.now + (job.losses > 0 ? pauseMs(job.backoffMs, job.losses, random) : 0);
        job.startBefore = null;
        job.losses++;
      }
    }
  }

  /** The workers of the former server have ended. What had not started goes back. */
  takeBack(stageOf: (job: ModelJob) => Stage): void {
    const all = this.former.map((attempt) => {
      const job = this.jobs.find(({ id }) => id === attempt.id) as ModelJob;
      return { attempt, stage: stageOf(job) };
    });
    const at = (wanted: Stage) => all.filter(({ stage }) => stage === wanted);
    const [waiting, begun, ended] = [at("waiting"), at("running"), at("ended")];
    const still = (some: typeof all) => some.flatMap(({ attempt }) => this.running(attempt) ?? []);
    for (const job of still(waiting)) this.end(job, { kind: "handed-back" });
    this.lost(still(begun), begun.length === 1);
    this.lost(still(ended), begun.length === 0 && ended.length === 1);
    this.former = [];
  }

  cancel(job: ModelJob): void {
    if (job.state === "queued") this.finish(job, "cancelled");
    if (job.state === "running") job.cancelRequested = true;
  }

  /** What has not started in time expires, and what was kept long enough is removed. */
  wait(ms: number): void {
    this.now += ms;
    for (const job of this.jobs) if (this.isOverdue(job)) this.finish(job, "expired");
    for (const job of this.jobs) {
      if (job.finishedAt <= this.now - retentionMs) job.state = "gone";
    }
  }

  isOverdue({ state, startBefore }: ModelJob): boolean {
    return state === "queued" && startBefore !== null && startBefore <= this.now;
  }

  finish(job: ModelJob, state: Exclude<ModelJob["state"], "gone">): void {
    Object.assign(job, { state, endedAs: state, finishedAt: this.now });
    this.keys.release(job);
    for (const other of this.jobs) if (other.waits.delete(job.id)) this.#tell(other, state);
  }

  /** One of its prerequisites has ended. */
  #tell(job: ModelJob, state: ModelJob["state"]): void {
    if (job.state !== "queued") return;
    if (state !== "succeeded" && job.onFailure === "cancel") this.finish(job, "cancelled");
    else if (job.waits.size === 0) job.runAt = Math.max(job.runAt, this.now);
  }

  #requeue(job: ModelJob): void {
    job.state = "queued";
    if (job.unique?.while === "queued") this.keys.hold(job);
  }

  /** Whether it may be claimed, by its own state. */
  isReady({ state, waits, runAt }: ModelJob): boolean {
    return state === "queued" && waits.size === 0 && runAt <= this.now;
  }

  /** The jobs of which one is the next to be claimed; empty where none may. */
  next(quarantined: boolean): ModelJob[] {
    const ready = this.jobs.filter((job) => this.isReady(job) && !this.isOverdue(job));
    return this.order.next(ready.filter(({ losses }) => isSuspect(losses) === quarantined));
  }
}

function hasNotStarted({ kind, report }: Ended): boolean {
  return (kind === "handed-back" || kind === "cancelled") && !report;
}
