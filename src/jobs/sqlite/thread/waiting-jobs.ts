import type { Assignment } from "../../job.ts";
import { assignmentOf, type Row, stateCodes } from "./rows.ts";
import type { ChangeParts } from "./store-parts.ts";

const { delayed, ready, quarantined, running } = stateCodes;

/** One claim looks at so many ready jobs, where tasks are on probation. */
const scanLimit = 500;

/** The queued jobs, and whose turn it is. Every method belongs into a transaction. */
export class WaitingJobs {
  readonly #parts: ChangeParts;
  /** Whether jobs may be in quarantine for no reason any more, such as those of a former server. */
  #mayRelease = true;
  #onProbation: ReadonlySet<string> = new Set();

  constructor(parts: ChangeParts) {
    this.#parts = parts;
  }

  /**
   * Takes the first jobs in their order. Each is running then, and has one more attempt.
   *
   * @param onProbation jobs of these tasks are not taken, and go into quarantine
   */
  claim(limit: number, onProbation: readonly string[]): Assignment[] {
    this.setProbation(onProbation);
    return this.#next(limit).map((seq) => this.#claim(seq, ready));
  }

  /** Takes the first job in quarantine. */
  claimQuarantined(): Assignment | null {
    const row = this.#parts.sql.nextQuarantined.get();
    return row ? this.#claim(row["seq"] as number, quarantined) : null;
  }

  /** Jobs of these tasks go into quarantine from now on. `promote` releases those of others. */
  setProbation(tasks: readonly string[]): void {
    const before = this.#onProbation;
    if (tasks.length === before.size && tasks.every((task) => before.has(task))) return;
    this.#onProbation = new Set(tasks);
    this.#mayRelease = true;
  }

  /**
   * Makes ready what is due, and releases jobs from quarantine; at most so many of each at a time.
   *
   * @returns whether more may be left to release
   */
  promote(limit: number): boolean {
    for (const { state } of this.#parts.sql.promote.all(this.#parts.clock.now(), limit)) {
      this.#parts.tally.moved(delayed, state as number);
    }
    if (!this.#mayRelease) return false;
    const { changes } = this.#parts.sql.release.run(JSON.stringify([...this.#onProbation]), limit);
    for (let count = 0; count < Number(changes); count++)
      this.#parts.tally.moved(quarantined, ready);
    // Only when none was left: the transaction that released the last ones may have failed.
    this.#mayRelease = Number(changes) > 0;
    return Number(changes) >= limit;
  }

  /** The wall clock was set. The pauses before further attempts last as long as before. */
  shiftPauses(step: number): void {
    for (const { seq } of this.#parts.sql.shiftPauses.all(step))
      this.#parts.watched.changed(seq as number);
  }

  /** No pause is longer than it can have been, whatever was done to the clock. */
  boundPauses(): void {
    this.#parts.sql.boundPauses.run(this.#parts.clock.now());
  }

  /** When the next delayed job is due; undefined where there is none. */
  nextDueAt(): number | undefined {
    return this.#parts.sql.nextDue.get()?.["run_at"] as number | undefined;
  }

  #next(limit: number): number[] {
    if (this.#onProbation.size === 0) {
      return this.#parts.sql.next.all(limit).map(({ seq }) => seq as number);
    }
    const seqs: number[] = [];
    for (const { seq, task } of this.#parts.sql.nextOfTasks.all(scanLimit)) {
      if (this.#onProbation.has(task as string)) this.#quarantine(seq as number);
      else if (seqs.push(seq as number) === limit) break;
    }
    return seqs;
  }

  #quarantine(seq: number): void {
    this.#parts.sql.quarantine.run(seq);
    this.#parts.tally.moved(ready, quarantined);
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
