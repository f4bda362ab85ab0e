import type { LendAnswer, LentRun } from "../../channel/hand-over.ts";
import type { Life } from "../../channel/life.ts";
import type { Clock } from "../../clock.ts";
import { Asking } from "./asking.ts";
import { LentEntry } from "./lent-entry.ts";
import { LyingRuns } from "./lying-runs.ts";
import { type Member, type MemberEnd, Members } from "./members.ts";

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
  readonly #lying = new LyingRuns();
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
    for (const entry of [...member.lent.values()]) entry.drop();
    for (const entry of [...member.borrowed]) {
      member.answered(entry);
      entry.lose(member);
    }
    this.#settle();
  }

  /** Ends its timers. */
  close(): void {
    this.#asking.close();
    this.#members.close();
  }

  /** Resolves when the run has ended, or is to wait in its own worker again. */
  lend(life: Life, number: number, run: LentRun): Promise<LendAnswer> {
    const lender = this.#members.get(life);
    if (!lender) return Promise.resolve({ kind: "returned", isHome: true });
    const { promise, resolve } = Promise.withResolvers<LendAnswer>();
    const lent = { number: ++this.#lastNumber, lender, lenderNumber: number, run, answer: resolve };
    new LentEntry(lent, this.#lying, this.#clock);
    lender.mayLend = Math.max(0, lender.mayLend - 1);
    this.#asking.begin();
    this.#settle();
    return promise;
  }

  /** Nobody wants it any more. */
  unwanted(life: Life, number: number): void {
    this.#members.get(life)?.lent.get(number)?.drop();
  }

  stand(life: Life, room: number, waits: boolean): void {
    this.#members.get(life)?.stand(room, waits);
    this.#settle();
  }

  started(life: Life, number: number): void {
    this.#members.get(life)?.borrowedAs(number)?.started();
  }

  /** Gives what it can, and sends back what would lie here for nothing. */
  #settle(): void {
    if (this.#lying.length > 0) {
      this.#giveHome();
      this.#give();
      this.#sendBack();
    }
    this.#members.open(this.#lying.length);
  }

  /** A worker's own runs go first. */
  #giveHome(): void {
    for (const entry of this.#lying) {
      if (entry.lender.room <= 0) continue;
      entry.lender.room--;
      entry.return();
    }
  }

  #give(): void {
    if (!this.#members.hasRoom) return;
    for (const entry of this.#lying) {
      const borrower = this.#members.freeFor(entry);
      if (borrower) this.#giveTo(borrower, entry);
    }
  }

  #giveTo(borrower: Member, entry: LentEntry): void {
    entry.giveTo(borrower);
    borrower.end.borrow(entry.number, entry.run).then(
      (answer) => {
        borrower.answered(entry);
        if (answer.kind === "refused") this.#refused(entry, answer.isBusy);
        else entry.end(answer);
      },
      () => {
        if (!borrower.borrowed.has(entry)) return; // Its process has ended: see `remove`.
        borrower.answered(entry);
        entry.fail();
      },
    );
  }

  #refused(entry: LentEntry, isBusy: boolean): void {
    if (!entry.isWanted || !isBusy) {
      entry.return(entry.isWanted);
      return;
    }
    entry.lieDown();
    this.#settle();
  }

  #sendBack(): void {
    for (const entry of this.#lying) {
      if (!this.#members.mayTake(entry)) this.#returnInVain(entry);
    }
    for (const entry of this.#lying.newestPast(this.#members.mostLying)) this.#returnInVain(entry);
  }

  /** It would lie here for nothing. Its worker is to lend no more for now. */
  #returnInVain(entry: LentEntry): void {
    if (entry.lender.mayLend > 0) entry.lender.letLend(0);
    entry.return();
  }
}
