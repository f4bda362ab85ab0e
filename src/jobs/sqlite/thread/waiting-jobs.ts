import type { Assignment } from "../../job.ts";
import { assignmentOf, type Row, stateCodes } from "./rows.ts";
import type { ChangeParts } from "./store-parts.ts";

const { delayed, ready, held, running } = stateCodes;

/** Ready jobs that one claim looks at, where some of them are to be held. */
const scanLimit = 500;

/** The jobs that wait, and whose turn it is. Every method belongs into a transaction. */
export class WaitingJobs {
  readonly #parts: ChangeParts;
  /** Whether jobs may have been held that need no longer be. A former server's may. */
  #mayRelease = true;
  #heldTasks: ReadonlySet<string> = new Set();

  constructor(parts: ChangeParts) {
    this.#parts = parts;
  }

  /**
   * Takes the first jobs in the order of their turn: running, with one more attempt.
   *
   * @param heldTasks jobs of these are not taken but held
   */
  claim(limit: number, heldTasks: readonly string[]): Assignment[] {
    this.hold(heldTasks);
    return this.#next(limit).map((seq) => this.#claim(seq, ready));
  }

  /** Takes the first of those that were held. */
  claimHeld(): Assignment | null {
    const row = this.#parts.sql.nextHeld.get();
    return row ? this.#claim(row["seq"] as number, held) : null;
  }

  /** Of which tasks jobs are held from now on; those of others are ready again, in a while. */
  hold(tasks: readonly string[]): void {
    const before = this.#heldTasks;
    if (tasks.length === before.size && tasks.every((task) => before.has(task))) return;
    this.#heldTasks = new Set(tasks);
    this.#mayRelease = true;
  }

  /**
   * Makes ready what is due, and what need not be held any more; at most so many of each at a time.
   *
   * @returns whether more may be left of what need not be held
   */
  promote(limit: number): boolean {
    for (const { state } of this.#parts.sql.promote.all(this.#parts.clock.now(), limit)) {
      this.#parts.tally.moved(delayed, state as number);
    }
    if (!this.#mayRelease) return false;
    const { changes } = this.#parts.sql.release.run(JSON.stringify([...this.#heldTasks]), limit);
    for (let count = 0; count < Number(changes); count++) this.#parts.tally.moved(held, ready);
    // Not before none was left: the transaction that released the last ones may not be written.
    this.#mayRelease = Number(changes) > 0;
    return Number(changes) >= limit;
  }

  /** The wall clock was set: the pauses before further attempts last as long as before. */
  shiftPauses(step: number): void {
    for (const { seq } of this.#parts.sql.shiftPauses.all(step))
      this.#parts.watched.changed(seq as number);
  }

  /** No pause is longer than it can have been, however the clock was set in between. */
  boundPauses(): void {
    this.#parts.sql.boundPauses.run(this.#parts.clock.now());
  }

  /** When the next delayed job is due; undefined where there is none. */
  nextDueAt(): number | undefined {
    return this.#parts.sql.nextDue.get()?.["run_at"] as number | undefined;
  }

  #next(limit: number): number[] {
    if (this.#heldTasks.size === 0) {
      return this.#parts.sql.next.all(limit).map(({ seq }) => seq as number);
    }
    const seqs: number[] = [];
    for (const { seq, task } of this.#parts.sql.nextOfTasks.all(scanLimit)) {
      if (this.#heldTasks.has(task as string)) this.#hold(seq as number);
      else if (seqs.push(seq as number) === limit) break;
    }
    return seqs;
  }

  #hold(seq: number): void {
    this.#parts.sql.holdBack.run(seq);
    this.#parts.tally.moved(ready, held);
  }

  #claim(seq: number, from: number): Assignment {
    const { sql, ids, clock, tally, watched } = this.#parts;
    const at = clock.now();
    const row = sql.claim.get(at, seq) as Row;
    tally.moved(from, running);
    tally.waited(Math.max(0, at - (row["run_at"] as number)));
    tally.started(seq, clock.steady());
    watched.changed(seq);
    return assignmentOf(row, ids.idOf(seq));
  }
}
