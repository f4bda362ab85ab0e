import type { ChangeParts } from "../store-parts.ts";
import { placeOf, stateCodes } from "./rows.ts";

const { delayed } = stateCodes;

/** The queued jobs whose time has not come. Every method belongs in a transaction. */
export class WaitingJobs {
  readonly #parts: ChangeParts;

  constructor(parts: ChangeParts) {
    this.#parts = parts;
  }

  /** Makes ready what is due; at most this many at a time. */
  promote(limit: number): void {
    const { sql, tally, clock, pauseShift } = this.#parts;
    if (pauseShift.isUnderWay) return;
    for (const row of sql.promote.all(clock.now(), limit)) {
      tally.moved(placeOf(row), delayed, row["state"] as number);
    }
  }

  /** The wall clock was set. The pauses before further attempts last as long as before. */
  shiftPauses(step: number): void {
    this.#changed(this.#parts.pauseShift.begin(step));
  }

  /** Moves more of the pauses, if some are left; see ClockShift. */
  goOnShifting(): void {
    this.#changed(this.#parts.pauseShift.goOn());
  }

  #changed(seqs: readonly number[]): void {
    for (const seq of seqs) this.#parts.watched.changed(seq);
  }

  /** No pause is longer than it can have been, whatever was done to the clock. */
  boundPauses(): void {
    this.#parts.sql.boundPauses.run(this.#parts.clock.now());
  }

  /** When the next delayed job is due; undefined where there is none. */
  nextDueAt(): number | undefined {
    return this.#parts.sql.nextDue.get()?.["run_at"] as number | undefined;
  }
}
