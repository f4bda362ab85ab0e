import type { LendAnswer, LentRun } from "../../channel/hand-over.ts";
import type { Clock } from "../../clock.ts";
import type { LyingRuns } from "./lying-runs.ts";
import type { Member } from "./members.ts";

/** Whose run it is, and what becomes of it. */
interface Lent {
  /** In the order of arrival. */
  readonly number: number;
  readonly lender: Member;
  /** The lender's own number for it. */
  readonly lenderNumber: number;
  readonly run: LentRun;
  /** Tells its lender. Only the first call counts. */
  readonly answer: (answer: LendAnswer) => void;
}

/**
 * A run that a worker has lent. It lies in the primary or is with a borrower until its lender is
 * answered. Its deadline holds until it starts.
 */
export class LentEntry {
  readonly number: number;
  readonly lender: Member;
  readonly #lent: Lent;
  readonly #lying: LyingRuns;
  readonly #clock: Clock;
  readonly #arrivedAt: number;
  readonly #callOff: () => void;
  #borrower: Member | undefined;
  #hasStarted = false;

  constructor(lent: Lent, lying: LyingRuns, clock: Clock) {
    this.number = lent.number;
    this.lender = lent.lender;
    this.#lent = lent;
    this.#lying = lying;
    this.#clock = clock;
    this.#arrivedAt = clock.now();
    this.#callOff = clock.after(lent.run.leftMs, () => this.#expire());
    lent.lender.lent.set(lent.lenderNumber, this);
    lying.add(this);
  }

  get isWanted(): boolean {
    return this.lender.lent.get(this.#lent.lenderNumber) === this;
  }

  /** The run as a borrower gets it. */
  get run(): LentRun {
    const { run } = this.#lent;
    return { ...run, waitedMs: run.waitedMs + this.#clock.now() - this.#arrivedAt };
  }

  giveTo(borrower: Member): void {
    this.#lying.remove(this);
    this.#borrower = borrower;
    borrower.room--;
    borrower.borrowed.add(this);
  }

  /** Its borrower was busy: it lies here again. */
  lieDown(): void {
    this.#borrower = undefined;
    this.#lying.add(this);
  }

  /** Its borrower starts it. */
  started(): void {
    this.#hasStarted = true;
    this.#callOff();
  }

  /** It has ended. */
  end(answer: LendAnswer): void {
    this.#lent.answer(answer);
    this.#callOff();
    if (this.isWanted) this.lender.lent.delete(this.#lent.lenderNumber);
    this.#lying.remove(this);
  }

  /** @param isHome whether it is to stay in its own worker */
  return(isHome = false): void {
    this.end({ kind: "returned", isHome });
  }

  /** Its borrower's process has ended. */
  lose(borrower: Member): void {
    if (this.#hasStarted) this.end({ kind: "lost", worker: borrower.worker });
    else this.return(true);
  }

  /** What its borrower answered cannot be read. */
  fail(): void {
    if (this.#hasStarted) this.end({ kind: "failed" });
    else this.return(true);
  }

  /** Its lender has no use for it, or is gone. */
  drop(): void {
    if (!this.#borrower) {
      this.return();
      return;
    }
    this.#callOff();
    this.#borrower.end.stop(this.number);
    this.lender.lent.delete(this.#lent.lenderNumber); // The borrower's answer ends it.
  }

  /** Ends its timer. */
  close(): void {
    this.#callOff();
  }

  /** It has waited for too long. Its own worker says so to the client. */
  #expire(): void {
    if (!this.#borrower) {
      this.return();
      return;
    }
    // The borrower computes something else, and may start this one before it hears of the end.
    this.#lent.answer({ kind: "late" });
    this.drop();
  }
}
