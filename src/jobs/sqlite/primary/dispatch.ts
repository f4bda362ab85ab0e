import type { Life } from "../../../channel/life.ts";
import type { Clock } from "../../../clock.ts";
import type { Assignment, Ended } from "../../job.ts";
import type { Attempt } from "../commands.ts";
import { Ahead } from "./ahead.ts";
import { findEmptiest, JobWorker } from "./job-worker.ts";
import { Probation } from "./probation.ts";
import { Quarantine } from "./quarantine.ts";

/** How long a job that was claimed ahead waits for a worker with room. Then it goes back. */
const keptMs = 50;

/** The pause after a claim that the store refused. */
const afterRefusalMs = 250;

export interface DispatchOptions {
  readonly clock: Clock;
  /** How many workers the server is to have. */
  readonly workers: number;
  /**
   * Claims up to `limit` jobs; rejects where the file cannot be written. Jobs of tasks on probation
   * are not claimed: they go into quarantine.
   */
  readonly claim: (limit: number, onProbation: readonly string[]) => Promise<readonly Assignment[]>;
  /** Claims one job out of quarantine; null where there is none. */
  readonly claimQuarantined: () => Promise<Assignment | null>;
  /** Hears which tasks are on probation, each time that this changes. */
  readonly onProbationChange: (tasks: readonly string[], before: readonly string[]) => void;
  readonly handBack: (assignment: Assignment) => void;
  readonly send: (life: Life, assignment: Assignment) => void;
}

/**
 * Pushes jobs to the workers that have room, the emptiest first. A worker gets a job only when it can
 * start it, so no job waits at one worker while another one is idle.
 */
export class Dispatch {
  readonly #options: DispatchOptions;
  readonly #workers = new Map<Life, JobWorker>();
  readonly #ahead = new Ahead();
  readonly #probation = new Probation();
  readonly #quarantine: Quarantine;
  #claimed: Assignment[] = [];
  #ready = 0;
  #quarantined = 0;
  #onProbation: readonly string[] = [];
  #isClaiming = false;
  #isClosed = false;
  #callOff = () => {};

  constructor(options: DispatchOptions) {
    this.#options = options;
    this.#quarantine = new Quarantine({ ...options, claim: options.claimQuarantined });
  }

  attach(life: Life, number: number): void {
    this.#workers.set(life, new JobWorker(life, number));
  }

  /** @returns what the worker ran */
  detach(life: Life): JobWorker | undefined {
    const worker = this.#workers.get(life);
    if (!worker) return undefined;
    this.#workers.delete(life);
    this.#quarantine.lost(worker);
    this.#probation.lost(worker.suspectTasks, this.#options.clock.now());
    return worker;
  }

  hung(life: Life, attempts: readonly Attempt[]): void {
    this.#workers.get(life)?.hung(attempts);
  }

  atExit(life: Life, attempt: Attempt, ended: Ended): void {
    this.#workers.get(life)?.atExit(attempt, ended);
  }

  offer(life: Life, room: number, received: number): void {
    this.#workers.get(life)?.offer(room, received);
    this.#move();
  }

  /**
   * @param isOwn whether the run came to its own end, and was not handed back
   * @returns false where this worker does not have the attempt
   */
  ended(life: Life, attempt: Attempt, isOwn: boolean): boolean {
    const worker = this.#workers.get(life);
    const assignment = worker?.ended(attempt);
    if (!worker || !assignment) return false;
    this.#quarantine.ended(worker);
    if (isOwn) this.#probation.ended(assignment.task);
    this.#ahead.ended(this.#options.clock.now());
    return true;
  }

  /** The worker that has an attempt. */
  ownerOf(attempt: Attempt): Life | undefined {
    for (const [life, worker] of this.#workers) if (worker.has(attempt)) return life;
    return undefined;
  }

  /** Gives up a job that was claimed ahead. @returns false where there is no such job */
  drop(attempt: Attempt): boolean {
    const before = this.#claimed.length;
    this.#claimed = this.#claimed.filter(
      ({ id, token }) => id !== attempt.id || token !== attempt.token,
    );
    return this.#claimed.length < before;
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
    this.#move();
  }

  /** Sends no more. What was claimed ahead goes back. */
  close(): void {
    this.#isClosed = true;
    this.#quarantine.close();
    this.#handBack();
  }

  #move(): void {
    if (this.#isClosed) return;
    this.#updateProbation();
    this.#push();
    void this.#claim();
    const othersWait = this.#ready > 0 || this.#claimed.length > 0;
    this.#quarantine.move(this.#workers.values(), this.#quarantined, othersWait);
  }

  /** Jobs of tasks on probation do not run side by side: those that were claimed ahead go back. */
  #updateProbation(): void {
    const { clock, onProbationChange, handBack } = this.#options;
    const before = this.#onProbation;
    const tasks = this.#probation.tasks(clock.now());
    this.#onProbation = tasks;
    if (tasks.join() !== before.join()) onProbationChange(tasks, before);
    if (tasks.length === 0) return;
    const isOnProbation = ({ task }: Assignment) => tasks.includes(task);
    for (const assignment of this.#claimed.filter(isOnProbation)) handBack(assignment);
    this.#claimed = this.#claimed.filter((assignment) => !isOnProbation(assignment));
  }

  #push(): void {
    let worker = findEmptiest(this.#workers.values());
    if (!worker || this.#claimed.length === 0) return;
    for (; worker && this.#claimed.length > 0; worker = findEmptiest(this.#workers.values())) {
      const assignment = this.#claimed.shift() as Assignment;
      worker.assign(assignment);
      this.#options.send(worker.life, assignment);
      this.#quarantine.otherSent();
    }
    this.#keepClaimed();
  }

  /** Jobs claimed ahead go back if no worker takes any of them for a while. */
  #keepClaimed(): void {
    this.#callOff();
    if (this.#claimed.length === 0) return;
    this.#callOff = this.#options.clock.after(keptMs, () => this.#handBack());
  }

  async #claim(): Promise<void> {
    if (this.#isClaiming || this.#ready === 0) return;
    const { clock, claim } = this.#options;
    let room = 0;
    for (const worker of this.#workers.values()) room += Math.max(0, worker.room);
    const idle = room > 0 || this.#claimed.length > 0;
    const limit = room + (idle ? this.#ahead.wanted(clock.now()) : 0) - this.#claimed.length;
    if (limit <= 0) return;
    this.#isClaiming = true;
    try {
      const claimed = await claim(limit, this.#onProbation);
      this.#claimed.push(...claimed); // The list may be another one than before the wait.
      this.#keepClaimed();
      this.#isClaiming = false;
      if (this.#isClosed) this.#handBack();
      else this.#move();
    } catch {
      clock.after(afterRefusalMs, () => {
        this.#isClaiming = false;
        this.#move();
      });
    }
  }

  #handBack(): void {
    this.#callOff();
    for (const assignment of this.#claimed.splice(0)) this.#options.handBack(assignment);
  }
}
