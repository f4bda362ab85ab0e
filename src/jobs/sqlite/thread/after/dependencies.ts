import type { DatabaseSync } from "node:sqlite";
import { endBits, type StateCode } from "../jobs/rows.ts";

/** An end whose dependants are not all told yet. */
export interface UntoldEnd {
  readonly place: number;
  readonly seq: number;
  readonly code: StateCode;
}

/** A job that waits for another one. `runs`: it goes on however that one ends. */
export interface Dependant {
  readonly seq: number;
  readonly runs: boolean;
}

/** Which job waits for which. Every method belongs in a transaction. */
export class Dependencies {
  readonly #sql;
  #mayBeUntold = true;

  constructor(db: DatabaseSync) {
    this.#sql = {
      add: db.prepare("INSERT INTO dependency VALUES (?, ?, ?)"),
      mark: db.prepare(`UPDATE job SET ends = ends | ${endBits.dependants} WHERE seq = ?`),
      ended: db.prepare(
        `INSERT INTO settling (on_seq, state, last_seq)
         SELECT ?, ?, seq FROM sqlite_sequence WHERE name = 'job'`,
      ),
      firstUntold: db.prepare("SELECT * FROM settling ORDER BY place LIMIT 1"),
      dependants: db.prepare(
        `SELECT seq, runs FROM dependency
         WHERE on_seq = ?1 AND seq <= (SELECT last_seq FROM settling WHERE place = ?2)
         ORDER BY seq LIMIT ?3`,
      ),
      remove: db.prepare("DELETE FROM dependency WHERE on_seq = ? AND seq <= ?"),
      told: db.prepare("DELETE FROM settling WHERE place = ?"),
    };
  }

  /** Whether dependants of jobs that have ended may be left to tell. */
  get mayBeUntold(): boolean {
    return this.#mayBeUntold;
  }

  /** What the transaction had told is untold again. */
  rollBack(): void {
    this.#mayBeUntold = true;
  }

  /** A job waits for another one, which has not ended. */
  add(onSeq: number, { seq, runs }: Dependant): void {
    this.#sql.add.run(onSeq, seq, runs ? 1 : 0);
  }

  /** From now on the end of this job has something to tell. */
  mark(seq: number): void {
    this.#sql.mark.run(seq);
  }

  /** A job has ended for which others wait. */
  ended(seq: number, code: StateCode): void {
    this.#sql.ended.run(seq, code);
    this.#mayBeUntold = true;
  }

  firstUntold(): UntoldEnd | undefined {
    const row = this.#sql.firstUntold.get();
    this.#mayBeUntold = row !== undefined;
    if (!row) return undefined;
    const { place, on_seq: seq, state } = row;
    return { place: place as number, seq: seq as number, code: state as StateCode };
  }

  /** Takes the first dependants of an end. Whoever takes them tells them. */
  take({ place, seq }: UntoldEnd, limit: number): Dependant[] {
    const rows = this.#sql.dependants.all(seq, place, limit);
    const last = rows.at(-1);
    if (last) this.#sql.remove.run(seq, last["seq"] as number);
    return rows.map((row) => ({ seq: row["seq"] as number, runs: row["runs"] === 1 }));
  }

  /** All its dependants are told. */
  told({ place }: UntoldEnd): void {
    this.#sql.told.run(place);
  }
}
