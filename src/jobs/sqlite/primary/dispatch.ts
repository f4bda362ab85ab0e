import type { Life } from "../../../channel/life.ts";
import type { Clock } from "../../../clock.ts";
import type { Assignment, Ended } from "../../job.ts";
import type { Attempt } from "../commands.ts";
import { Ahead } from "./ahead.ts";
import { emptiest, Member } from "./crew.ts";
import { Probation } from "./probation.ts";
import { Quarantine } from "./quarantine.ts";

/** How long a claimed job waits for a worker with room before it goes back to the file. */
const keptMs = 50;

/** The pause after a claim that the store refused. */
const againMs = 250;

export interface DispatchOptions {
  readonly clock: Clock;
  /** How many workers the server is to have. */
  readonly workers: number;
  /**
   * Takes up to so many jobs out of the file; rejects where it cannot be written. Jobs of the tasks
   * are held instead.
   */
  readonly claim: (limit: number, heldTasks: readonly string[]) => Promise<readonly Assignment[]>;
  /** Takes one of those that were held. */
  readonly claimHeld: () => Promise<Assignment | null>;
  /** Hears of which tasks jobs are held from now on, each time that this changes. */
  readonly onHold: (tasks: readonly string[], before: readonly string[]) => void;
  readonly handBack: (assignment: Assignment) => void;
  readonly send: (life: Life, assignment: Assignment) => void;
}

/**
 * Pushes jobs to whichever worker has room, the emptiest first. A job is with a worker only when it
 * can start there: none waits at one while another sits idle.
 */
export class Dispatch {
  readonly #options: DispatchOptions;
  readonly #members = new Map<Life, Member>();
  readonly #ahead = new Ahead();
  readonly #probation = new Probation();
  readonly #quarantine: Quarantine;
  #claimed: Assignment[] = [];
  #ready = 0;
  #heldCount = 0;
  #heldTasks: readonly string[] = [];
  #isClaiming = false;
  #isClosed = false;
  #callOff = () => {};

  constructor(options: DispatchOptions) {
    this.#options = options;
    this.#quarantine = new Quarantine({ ...options, claim: options.claimHeld });
  }

  /** @param number of its place */
  attach(life: Life, number: number): void {
    this.#members.set(life, new Member(life, number));
  }

  /** @returns the worker as it was, with what it ran */
  detach(life: Life): Member | undefined {
    const member = this.#members.get(life);
    if (!member) return undefined;
    this.#members.delete(life);
    this.#quarantine.lost(member);
    this.#probation.lost(member.suspectTasks, this.#options.clock.now());
    return member;
  }

  hung(life: Life, attempts: readonly Attempt[]): void {
    this.#members.get(life)?.hung(attempts);
  }

  atExit(life: Life, attempt: Attempt, ended: Ended): void {
    this.#members.get(life)?.atExit(attempt, ended);
  }

  offer(life: Life, room: number, received: number): void {
    this.#members.get(life)?.offer(room, received);
    this.#move();
  }

  /**
   * @param isOwn whether the run came to its own end, and was not handed back
   * @returns false for an attempt that this worker does not have
   */
  ended(life: Life, attempt: Attempt, isOwn: boolean): boolean {
    const member = this.#members.get(life);
    const assignment = member?.ended(attempt);
    if (!member || !assignment) return false;
    this.#quarantine.ended(member);
    if (isOwn) this.#probation.ended(assignment.task);
    this.#ahead.ended(this.#options.clock.now());
    return true;
  }

  /** The worker that has an attempt. */
  ownerOf(attempt: Attempt): Life | undefined {
    for (const [life, member] of this.#members) if (member.has(attempt)) return life;
    return undefined;
  }

  /** Gives up a job that was claimed and not yet sent. False where there is no such job. */
  drop(attempt: Attempt): boolean {
    const before = this.#claimed.length;
    this.#claimed = this.#claimed.filter(
      ({ id, token }) => id !== attempt.id || token !== attempt.token,
    );
    return this.#claimed.length < before;
  }

  /**
   * What the file has now. It is told once a second at least.
   *
   * @param ready how many jobs could be claimed
   * @param held how many are held
   */
  told({ ready, held }: { readonly ready: number; readonly held: number }): void {
    this.#ready = ready;
    this.#heldCount = held;
    this.#move();
  }

  /** Sends no more; what was claimed goes back. */
  close(): void {
    this.#isClosed = true;
    this.#quarantine.close();
    this.#handBack();
  }

  #move(): void {
    if (this.#isClosed) return;
    this.#lookAtTasks();
    this.#push();
    void this.#claim();
    const othersWait = this.#ready > 0 || this.#claimed.length > 0;
    this.#quarantine.move(this.#members.values(), this.#heldCount, othersWait);
  }

  /** Jobs that may end their workers do not run side by side: those that were claimed go back. */
  #lookAtTasks(): void {
    const { clock, onHold, handBack } = this.#options;
    const before = this.#heldTasks;
    const tasks = this.#probation.tasks(clock.now());
    this.#heldTasks = tasks;
    if (tasks.join() !== before.join()) onHold(tasks, before);
    if (tasks.length === 0) return;
    const isHeld = ({ task }: Assignment) => tasks.includes(task);
    for (const assignment of this.#claimed.filter(isHeld)) handBack(assignment);
    this.#claimed = this.#claimed.filter((assignment) => !isHeld(assignment));
  }

  #push(): void {
    let member = emptiest(this.#members.values());
    if (!member || this.#claimed.length === 0) return;
    for (; member && this.#claimed.length > 0; member = emptiest(this.#members.values())) {
      const assignment = this.#claimed.shift() as Assignment;
      member.assign(assignment);
      this.#options.send(member.life, assignment);
      this.#quarantine.otherSent();
    }
    this.#keep();
  }

  /** Lets what was claimed go back, if no worker takes any of it for a while. */
  #keep(): void {
    this.#callOff();
    if (this.#claimed.length === 0) return;
    this.#callOff = this.#options.clock.after(keptMs, () => this.#handBack());
  }

  async #claim(): Promise<void> {
    if (this.#isClaiming || this.#ready === 0) return;
    const { clock, claim } = this.#options;
    let room = 0;
    for (const member of this.#members.values()) room += Math.max(0, member.room);
    const idle = room > 0 || this.#claimed.length > 0;
    const limit = room + (idle ? this.#ahead.wanted(clock.now()) : 0) - this.#claimed.length;
    if (limit <= 0) return;
    this.#isClaiming = true;
    try {
      const claimed = await claim(limit, this.#heldTasks);
      this.#claimed.push(...claimed); // Another list than before the wait, perhaps.
      this.#keep();
      this.#isClaiming = false;
      if (this.#isClosed) this.#handBack();
      else this.#move();
    } catch {
      clock.after(againMs, () => {
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
