/** The workers that lend and borrow runs, as the primary knows them. */
import type { BorrowAnswer, LentRun } from "../../channel/hand-over.ts";
import type { Life } from "../../channel/life.ts";
import type { LentEntry } from "./lent-entry.ts";

/** Runs that lie here for each slot that may soon be free. */
const lyingPerSlot = 2;

/** What the primary says to a worker. */
export interface MemberEnd {
  /** Resolves when the run has ended there, or was refused. Rejects when the process has ended. */
  borrow(number: number, run: LentRun): Promise<BorrowAnswer>;
  /** Nobody wants the borrowed run any more. */
  stop(number: number): void;
  ask(wanted: boolean): void;
  /** @param runs how many more it may lend */
  letLend(runs: number): void;
}

/** One life of a worker. */
export class Member {
  readonly worker: number;
  readonly slots: number;
  readonly end: MemberEnd;
  /** What it has lent, by its own numbers. */
  readonly lent = new Map<number, LentEntry>();
  readonly borrowed = new Set<LentEntry>();
  /** How many runs it could start at once, less those that are on their way to it. */
  room = 0;
  /** Whether own live runs wait in it; undefined where that is not known. */
  waits: boolean | undefined;
  /** How many more runs it may lend. 0: it was told so, or has lent all that it was told. */
  mayLend = Number.POSITIVE_INFINITY;
  #isLeaving = false;
  readonly #left = Promise.withResolvers<void>();

  constructor(worker: number, slots: number, end: MemberEnd) {
    this.worker = worker;
    this.slots = slots;
    this.end = end;
  }

  /** Slots that may soon be free for runs of others. */
  get hungrySlots(): number {
    return this.#isLeaving || this.waits ? 0 : this.slots;
  }

  letLend(runs: number): void {
    this.mayLend = runs;
    this.end.letLend(runs);
  }

  stand(room: number, waits: boolean): void {
    if (this.#isLeaving) return;
    this.room = room;
    this.waits = waits;
  }

  /** It borrows no more. Resolves when it has answered all that it has borrowed. */
  leave(): Promise<void> {
    this.#isLeaving = true;
    this.room = 0;
    if (this.borrowed.size === 0) this.#left.resolve();
    return this.#left.promise;
  }

  /** A run that it had borrowed is not with it any more. */
  answered(entry: LentEntry): void {
    this.borrowed.delete(entry);
    if (this.#isLeaving && this.borrowed.size === 0) this.#left.resolve();
  }

  borrowedAs(number: number): LentEntry | undefined {
    return [...this.borrowed].find((entry) => entry.number === number);
  }

  forgetStand(): void {
    this.room = 0;
    this.waits = undefined;
  }
}

export class Members {
  readonly #members = new Map<Life, Member>();

  get(life: Life): Member | undefined {
    return this.#members.get(life);
  }

  add(life: Life, worker: number, slots: number, end: MemberEnd): void {
    this.#members.set(life, new Member(worker, slots, end));
  }

  delete(life: Life): void {
    this.#members.delete(life);
  }

  get hasRoom(): boolean {
    return [...this.#members.values()].some(({ room }) => room > 0);
  }

  /** Ends the timers of what they have lent. */
  close(): void {
    for (const { lent } of this.#members.values()) {
      for (const entry of lent.values()) entry.close();
    }
  }

  /** Whether some run is lent. */
  get anyLent(): boolean {
    return [...this.#members.values()].some(({ lent }) => lent.size > 0);
  }

  /** Whether some may lend nothing. */
  get anyClosed(): boolean {
    return [...this.#members.values()].some(({ mayLend }) => mayLend === 0);
  }

  /** Most runs that should lie here: they are enough until the lenders' event loops turn again. */
  get mostLying(): number {
    let most = 0;
    for (const { hungrySlots, room, waits, slots } of this.#members.values()) {
      most += lyingPerSlot * hungrySlots + (waits === undefined ? slots : room);
    }
    return most;
  }

  /** Slots that may soon be free. */
  get hungrySlots(): number {
    let sum = 0;
    for (const { hungrySlots } of this.#members.values()) sum += hungrySlots;
    return sum;
  }

  /** Whether some other worker may soon be free for it. */
  mayTake({ lender }: LentEntry): boolean {
    return this.hungrySlots > lender.hungrySlots;
  }

  /** The other worker with the most free slots. */
  freeFor({ lender }: LentEntry): Member | undefined {
    let best: Member | undefined;
    for (const member of this.#members.values()) {
      if (member === lender || member.room <= (best?.room ?? 0)) continue;
      best = member;
    }
    return best;
  }

  /** Whether they are to tell how they stand. What they told before counts no more. */
  ask(wanted: boolean): void {
    for (const member of this.#members.values()) {
      member.forgetStand();
      member.mayLend = Number.POSITIVE_INFINITY;
      member.end.ask(wanted);
    }
  }

  /**
   * Those that may lend nothing may lend again, where others may soon be free.
   *
   * @param lying how many runs wait for them already
   */
  open(lying: number): void {
    const closed = [...this.#members.values()].filter(({ mayLend }) => mayLend === 0);
    if (closed.length === 0) return;
    const { hungrySlots, mostLying } = this;
    const each = Math.max(1, Math.floor((mostLying - lying) / closed.length));
    for (const member of closed) {
      if (hungrySlots - member.hungrySlots <= lying) continue;
      member.letLend(each);
    }
  }
}
