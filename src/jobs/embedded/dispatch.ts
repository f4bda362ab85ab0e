import type { Clock } from "../../clock.ts";
import type { Assignment } from "../job.ts";
import { Ahead } from "./ahead.ts";
import type { Attempt } from "./commands.ts";
import { emptiest, Member } from "./crew.ts";

/** What a claimed job is kept for a worker with room, before it goes back into the file. */
const heldMs = 50;

/** The pause after a claim that the store refused. */
const againMs = 250;

export interface DispatchOptions {
  readonly clock: Clock;
  /** Takes up to so many jobs out of the file; rejects where it cannot be written. */
  readonly claim: (limit: number) => Promise<readonly Assignment[]>;
  readonly handBack: (assignment: Assignment) => void;
  readonly send: (worker: number, assignment: Assignment) => void;
}

/**
 * Pushes jobs to whichever worker has room, the emptiest first. A job is with a worker only when it
 * can start there: none waits at one while another sits idle.
 */
export class Dispatch {
  readonly #options: DispatchOptions;
  readonly #members = new Map<number, Member>();
  readonly #ahead = new Ahead();
  #held: Assignment[] = [];
  #ready = 0;
  #isClaiming = false;
  #isClosed = false;
  #callOff = () => {};

  constructor(options: DispatchOptions) {
    this.#options = options;
  }

  attach(worker: number): void {
    this.#members.set(worker, new Member(worker));
  }

  /** @returns what was lost with the worker */
  detach(worker: number): readonly Assignment[] {
    const member = this.#members.get(worker);
    this.#members.delete(worker);
    return [...(member?.running.values() ?? [])];
  }

  offer(worker: number, room: number, received: number): void {
    this.#members.get(worker)?.offer(room, received);
    this.#move();
  }

  /** @returns false for an attempt that this worker does not have */
  ended(worker: number, attempt: Attempt): boolean {
    const had = this.#members.get(worker)?.ended(attempt) ?? false;
    if (had) this.#ahead.ended(this.#options.clock.now());
    return had;
  }

  /** The worker that has an attempt. */
  ownerOf(attempt: Attempt): number | undefined {
    for (const [worker, member] of this.#members) if (member.has(attempt)) return worker;
    return undefined;
  }

  /** Gives up a job that was claimed and not yet sent. False where there is no such job. */
  drop(attempt: Attempt): boolean {
    const before = this.#held.length;
    this.#held = this.#held.filter(({ id, token }) => id !== attempt.id || token !== attempt.token);
    return this.#held.length < before;
  }

  /** @param ready how many jobs could be claimed */
  told(ready: number): void {
    this.#ready = ready;
    this.#move();
  }

  /** Sends no more; what was claimed goes back. */
  close(): void {
    this.#isClosed = true;
    this.#handBack();
  }

  #move(): void {
    if (this.#isClosed) return;
    this.#push();
    void this.#claim();
  }

  #push(): void {
    let member = emptiest(this.#members.values());
    if (!member || this.#held.length === 0) return;
    for (; member && this.#held.length > 0; member = emptiest(this.#members.values())) {
      const assignment = this.#held.shift() as Assignment;
      member.assign(assignment);
      this.#options.send(member.worker, assignment);
    }
    this.#hold();
  }

  /** Lets what is held go back, if no worker takes any of it for a while. */
  #hold(): void {
    this.#callOff();
    if (this.#held.length === 0) return;
    this.#callOff = this.#options.clock.after(heldMs, () => this.#handBack());
  }

  async #claim(): Promise<void> {
    if (this.#isClaiming || this.#ready === 0) return;
    const { clock, claim } = this.#options;
    let room = 0;
    for (const member of this.#members.values()) room += Math.max(0, member.room);
    const idle = room > 0 || this.#held.length > 0;
    const limit = room + (idle ? this.#ahead.wanted(clock.now()) : 0) - this.#held.length;
    if (limit <= 0) return;
    this.#isClaiming = true;
    try {
      this.#held.push(...(await claim(limit)));
      this.#hold();
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
    for (const assignment of this.#held.splice(0)) this.#options.handBack(assignment);
  }
}
