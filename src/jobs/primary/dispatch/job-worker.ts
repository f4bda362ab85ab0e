import type { Life } from "../../../channel/life.ts";
import type { HeldBy, HungRun } from "../../../channel/supervision.ts";
import type { problems } from "../../../problems.ts";
import type { Assignment, Ended } from "../../assignment.ts";
import type { AttemptPlace } from "../../attempt.ts";
import { attemptKey } from "../../attempt-key.ts";
import type { JobError } from "../../job.ts";
import type { AssignedJob, Attempt, ClaimedJob } from "../../messages/commands.ts";
import type { Starts } from "../../starts.ts";
import type { Stage } from "../../transitions/losses.ts";
import { MarkRegion } from "./mark-region.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** A life of a worker, for the queue: which jobs are with it, and how many more it could take. */
export class JobWorker {
  readonly life: Life;
  /** Of its place in the server. */
  readonly number: number;
  /** Null if it is not known. */
  readonly pid: number | null;
  /** Where it marks its starts. */
  readonly region: MarkRegion;
  /** The jobs that are with it. Some may wait there for the end of a short run. */
  readonly assigned = new Map<string, AssignedJob>();
  /** Reserved for a quarantined job: no other is sent to it (quarantine.ts). */
  isReserved = false;
  /** How attempts end when the process does, if that is known before. */
  readonly #atExit = new Map<string, Ended>();
  readonly #waiting = new WaitingRoom();
  /** The worker ends because of a run that does not end. */
  #isHung = false;
  /** What it had started when it ended; null where nobody knows. */
  #started: Starts | null = null;
  /** Jobs that it could run side by side now. */
  #capacity = 0;
  #isUp = false;

  /** @param region where it cannot mark in it, or has none, nothing is to wait in the worker */
  constructor(life: Life, number: number, pid: number | null = null, region?: MarkRegion) {
    this.life = life;
    this.number = number;
    this.pid = pid;
    this.region = region ?? new MarkRegion();
    if (!region?.canMark) this.closeWaiting();
  }

  /** For the history of the attempts that it has. */
  get place(): AttemptPlace {
    return { worker: this.number, pid: this.pid };
  }

  /** Whether it has offered to run jobs. Until then it boots. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** How many jobs would start at once. */
  get room(): number {
    if (this.isReserved) return 0;
    return Math.max(0, Math.min(this.#capacity - this.#active, this.region.left));
  }

  /** Whether a job that is sent now starts at once, with no other job beside it. */
  get isFree(): boolean {
    return this.#capacity > 0 && this.assigned.size === 0 && this.region.left > 0;
  }

  /** How many jobs wait in it for a slot. */
  get waiting(): number {
    return Math.max(0, this.#active - this.#capacity);
  }

  /** @param capacity how many jobs it could run side by side, those under way among them */
  offer(capacity: number): void {
    this.#capacity = capacity;
    this.#isUp = true;
  }

  /**
   * Whether one more short job may wait in it.
   *
   * @param expectedMs how long its run is likely to take
   */
  letsWait(expectedMs: number, now: number): boolean {
    if (this.isReserved || this.region.left === 0) return false;
    return this.#waiting.letsIn(expectedMs, this.#capacity - this.#longRuns, now);
  }

  /** It cannot mark its starts any more: nothing is to wait in it. */
  closeWaiting(): void {
    this.#waiting.close();
  }

  /** @param expectedMs null where the run may be long */
  assign(job: ClaimedJob, expectedMs: number | null = null): AssignedJob {
    const isAhead = this.#capacity <= this.#active;
    const key = attemptKey(job);
    if (expectedMs !== null) this.#waiting.add(key, expectedMs);
    const mark = this.region.take();
    const assigned: AssignedJob = {
      ...job,
      mark,
      ...(expectedMs !== null && { isShort: true }),
      ...(isAhead && { isAhead }),
    };
    this.assigned.set(key, assigned);
    return assigned;
  }

  /**
   * The place of its mark is to be freed when the end is on disk.
   *
   * @param isReturned whether the job was handed back
   * @returns what it had of this attempt
   */
  ended(attempt: Attempt, isReturned: boolean, now: number): AssignedJob | undefined {
    const key = attemptKey(attempt);
    const job = this.assigned.get(key);
    if (!job) return undefined;
    this.assigned.delete(key);
    this.#atExit.delete(key);
    this.#waiting.remove(key);
    if (isReturned && job.isAhead) this.#waiting.closeForAWhile(now);
    return job;
  }

  /** The attempt goes on until the process ends. Then it has ended like this. */
  atExit(attempt: Attempt, ended: Ended): void {
    if (this.has(attempt)) this.#atExit.set(attemptKey(attempt), ended);
  }

  /** @param runs that do not end */
  hung(runs: readonly HungRun[]): void {
    this.#isHung = true;
    for (const { attempt, by } of runs) {
      const job = attempt && this.assigned.get(attemptKey(attempt));
      if (!job) continue;
      const error = by === undefined ? tooLong(job) : heldTooLong(job, by);
      this.atExit(attempt, { kind: "failed", error, retry: true });
    }
  }

  /** The process has ended. @param started what it had started; null where nobody knows */
  lost(started: Starts | null): void {
    this.#started = started;
  }

  /** How an attempt ended with the worker; undefined where nobody knows. */
  endOf(attempt: Attempt): Ended | undefined {
    const key = attemptKey(attempt);
    const job = this.assigned.get(key);
    // Where the worker hung, another run is to blame.
    const isInnocent = this.#isHung || (job && this.stageOf(job) === "waiting");
    return this.#atExit.get(key) ?? (isInnocent ? { kind: "handed-back" } : undefined);
  }

  /** How far it was with a job when it ended. */
  stageOf(job: AssignedJob): Stage {
    return this.#started?.stageOf(job) ?? "running";
  }

  /** The tasks whose runs may have ended the worker. */
  get suspectTasks(): string[] {
    const jobs = [...this.assigned.values()];
    const failed = jobs.filter((job) => this.endOf(job)?.kind === "failed");
    const lost = jobs.filter((job) => this.endOf(job) === undefined);
    const running = lost.filter((job) => this.stageOf(job) === "running");
    const suspects = running.length > 0 ? running : lost;
    return [...failed, ...suspects].map(({ task }) => task);
  }

  has(attempt: Attempt): boolean {
    return this.assigned.has(attemptKey(attempt));
  }

  /** Jobs that hold a slot or wait for one. Attempts that go on until the process ends are left out. */
  get #active(): number {
    return this.assigned.size - this.#atExit.size;
  }

  get #longRuns(): number {
    return Math.max(0, this.#active - this.#waiting.shortJobs);
  }
}

function tooLong({ task, timeoutMs }: Assignment): JobError {
  const detail = `The run of ${task} took longer than ${timeoutMs} ms (timeoutMs) and could not be interrupted, so its worker was ended. JavaScript in threads can be interrupted (--executor threads).`;
  return { type: "run-timeout" satisfies keyof typeof problems, detail };
}

function heldTooLong({ task }: Assignment, by: HeldBy): JobError {
  const what = {
    asked: `What ${task} does before its run (its schema, slots, memoryBytes or hasAsyncForm) held the event loop`,
    output: `The writing of a result of ${task} held the event loop`,
  }[by];
  const detail = `${what} for too long (--run-timeout, 5 s or more), so its worker was ended. Only a run in a thread can be interrupted.`;
  return { type: "run-timeout" satisfies keyof typeof problems, detail };
}
