import type { StatementSync } from "node:sqlite";

/** Rows that are changed in one transaction: about 10 ms. */
const rowsAtOnce = 2000;

interface Shift {
  readonly step: number;
  /** The rows up to here are done. */
  readonly upTo: number;
}

export interface ShiftStatements {
  /** The rows that pause, behind a row; at most so many. */
  readonly next: StatementSync;
  /** Moves the end of a pause by so many ms; the row comes second. */
  readonly move: StatementSync;
}

/**
 * The pauses in one table, when the wall clock was set: they last as long as before. Many are moved in
 * several transactions. Until the last of them nobody may ask which pauses are over, and the clock is
 * not looked at again.
 */
export class ClockShift {
  readonly #sql: ShiftStatements;
  #now: Shift | undefined;
  #committed: Shift | undefined;
  /** Rows whose pause began after the clock was set. */
  readonly #fresh = new Set<number>();
  /** In the transaction that is open. */
  #freshOpen: number[] = [];

  constructor(sql: ShiftStatements) {
    this.#sql = sql;
  }

  get isUnderWay(): boolean {
    return this.#now !== undefined;
  }

  /**
   * The clock was set by so many ms. Belongs in the transaction after which the new time counts.
   *
   * @returns the rows that have changed
   */
  begin(step: number): readonly number[] {
    this.#now = { step, upTo: 0 };
    return this.goOn();
  }

  /** Moves the next pauses. Belongs in a transaction. @returns the rows that have changed */
  goOn(): readonly number[] {
    if (!this.#now) return [];
    const { step, upTo } = this.#now;
    const seqs = this.#sql.next.all(upTo, rowsAtOnce).map(({ seq }) => seq as number);
    const moved = seqs.filter((seq) => !this.#fresh.has(seq));
    for (const seq of moved) this.#sql.move.run(step, seq);
    const isDone = seqs.length < rowsAtOnce;
    this.#now = isDone ? undefined : { step, upTo: seqs.at(-1) ?? upTo };
    return moved;
  }

  /** A pause begins. */
  began(seq: number): void {
    if (this.#now) this.#freshOpen.push(seq);
  }

  commit(): void {
    this.#committed = this.#now;
    for (const seq of this.#freshOpen) this.#fresh.add(seq);
    this.#freshOpen = [];
    if (!this.#now) this.#fresh.clear();
  }

  rollBack(): void {
    this.#now = this.#committed;
    this.#freshOpen = [];
  }
}
