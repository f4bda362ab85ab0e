import type { LendAnswer, LentRun } from "../../channel/hand-over.ts";
import type { Life } from "../../channel/life.ts";
import type { Clock } from "../../clock.ts";
import { Asking } from "./asking.ts";
import { type LentEntry, type Member, type MemberEnd, Members } from "./members.ts";

/**
 * Where waiting runs lie that workers have lent, until another worker is free. It holds a few more
 * than there are free workers: a lender whose event loop computes could not send the next one in time.
 *
 * Workers tell how they stand only while somebody lends. If all of them have runs of their own that
 * wait, what lies here goes back, and nobody lends until that changes: so no message is sent where
 * nothing is to be gained.
 */
export class Exchange {
  readonly #clock: Clock;
  readonly #members = new Members();
  readonly #asking: Asking;
  /** Oldest first. */
  #pool: LentEntry[] = [];
  #lastNumber = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#asking = new Asking(this.#members, clock);
  }

  join(life: Life, worker: number, slots: number, end: MemberEnd): void {
    this.#members.add(life, worker, slots, end);
    if (this.#asking.isOn) end.ask(true);
  }

  /** It borrows no more, and may still lend. Resolves when it has ended what it has borrowed. */
  async leave(life: Life): Promise<void> {
    const member = this.#members.get(life);
    const isLeft = member?.leave();
    this.#settle();
    await isLeft;
  }

  /** Its process has ended. */
  remove(life: Life): void {
    const member = this.#members.get(life);
    if (!member) return;
    this.#members.delete(life);
    for (const entry of [...member.lent.values()]) this.#drop(entry);
    for (const entry of [...member.borrowed]) {
      member.answered(entry);
      if (entry.hasStarted) entry.answer({ kind: "lost", worker: member.worker });
      else this.#return(entry, true);
      this.#forget(entry);
    }
    this.#settle();
  }

  /** Ends its timers. */
  close(): void {
    this.#asking.close();
    for (const entry of this.#pool) entry.callOff();
  }

  /** Resolves when the run has ended, or is to wait in its own worker again. */
  lend(life: Life, number: number, run: LentRun): Promise<LendAnswer> {
    const lender = this.#members.get(life);
    if (!lender) return Promise.resolve({ kind: "returned", isHome: true });
    const { promise, resolve } = Promise.withResolvers<LendAnswer>();
    const entry: LentEntry = {
      ...{ number: ++this.#lastNumber, lender, lenderNumber: number, run },
      arrivedAt: this.#clock.now(),
      ...{ borrower: undefined, hasStarted: false },
      answer: resolve,
      callOff: this.#clock.after(run.leftMs, () => this.#expire(entry)),
    };
    lender.lent.set(number, entry);
    lender.mayLend = Math.max(0, lender.mayLend - 1);
    this.#pool.push(entry);
    this.#asking.begin();
    this.#settle();
    return promise;
  }

  /** Nobody wants it any more. */
  unwanted(life: Life, number: number): void {
    const entry = this.#members.get(life)?.lent.get(number);
    if (entry) this.#drop(entry);
  }

  stand(life: Life, room: number, waits: boolean): void {
    this.#members.get(life)?.stand(room, waits);
    this.#settle();
  }

  started(life: Life, number: number): void {
    const entry = this.#members.get(life)?.borrowedAs(number);
    if (entry) entry.hasStarted = true;
  }

  /** Gives what it can, and sends back what would lie here for nothing. */
  #settle(): void {
    if (this.#pool.length > 0) {
      this.#giveHome();
      this.#give();
      this.#sendBack();
    }
    this.#members.open(this.#pool.length);
  }

  /** A worker's own runs go first. */
  #giveHome(): void {
    for (const entry of this.#pool.filter(({ lender }) => lender.room > 0)) {
      if (entry.lender.room <= 0) continue;
      entry.lender.room--;
      this.#return(entry);
    }
  }

  #give(): void {
    if (!this.#members.hasRoom) return;
    for (const entry of [...this.#pool]) {
      const borrower = this.#members.freeFor(entry);
      if (borrower) this.#giveTo(borrower, entry);
    }
  }

  #giveTo(borrower: Member, entry: LentEntry): void {
    const { run, arrivedAt, number } = entry;
    this.#pool.splice(this.#pool.indexOf(entry), 1);
    entry.callOff();
    entry.borrower = borrower;
    borrower.room--;
    borrower.borrowed.add(entry);
    const waitedMs = run.waitedMs + this.#clock.now() - arrivedAt;
    borrower.end.borrow(number, { ...run, waitedMs }).then(
      (answer) => {
        borrower.answered(entry);
        if (answer.kind !== "refused") {
          entry.answer(answer);
          this.#forget(entry);
        } else this.#refused(entry, answer.isBusy);
      },
      () => {}, // Its process has ended: see `remove`.
    );
  }

  #refused(entry: LentEntry, isBusy: boolean): void {
    const { run, arrivedAt, lender } = entry;
    entry.borrower = undefined;
    if (lender.lent.get(entry.lenderNumber) !== entry) {
      this.#return(entry); // Nobody wants it any more.
      return;
    }
    if (!isBusy) {
      this.#return(entry, true);
      return;
    }
    const leftMs = Math.max(0, arrivedAt + run.leftMs - this.#clock.now());
    entry.callOff = this.#clock.after(leftMs, () => this.#expire(entry));
    const index = this.#pool.findIndex(({ number }) => number > entry.number);
    this.#pool.splice(index < 0 ? this.#pool.length : index, 0, entry);
    this.#settle();
  }

  #sendBack(): void {
    for (const entry of [...this.#pool]) {
      if (!this.#members.mayTake(entry)) this.#returnInVain(entry);
    }
    const excess = this.#pool.slice(this.#members.mostLying);
    for (const entry of excess.reverse()) this.#returnInVain(entry);
  }

  /** It would lie here for nothing. Its worker is to lend no more for now. */
  #returnInVain(entry: LentEntry): void {
    if (entry.lender.mayLend > 0) entry.lender.letLend(0);
    this.#return(entry);
  }

  /** It has waited for too long. Its own worker says so to the client. */
  #expire(entry: LentEntry): void {
    this.#return(entry);
  }

  /** @param isHome whether it is to stay there */
  #return(entry: LentEntry, isHome = false): void {
    entry.answer({ kind: "returned", isHome });
    this.#forget(entry);
  }

  /** Its lender has no use for it, or is gone. */
  #drop(entry: LentEntry): void {
    const { borrower, number } = entry;
    if (borrower) {
      borrower.end.stop(number);
      entry.lender.lent.delete(entry.lenderNumber); // The borrower's answer ends it.
    } else this.#return(entry);
  }

  #forget(entry: LentEntry): void {
    entry.callOff();
    entry.lender.lent.delete(entry.lenderNumber);
    const index = this.#pool.indexOf(entry);
    if (index >= 0) this.#pool.splice(index, 1);
  }
}
