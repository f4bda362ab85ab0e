import type { DatabaseSync } from "node:sqlite";
import type { JobFilter } from "../../../job.ts";

/**
 * Times may go back by a part of a second without a step of the clock (wall-clock.ts). A range is wider
 * by this much, and whoever reads its rows looks at their times.
 */
const slackMs = 2000;

export type TimeSpan = Pick<JobFilter, "createdAfter" | "createdBefore">;

/** Rows from one on, up to another one that does not belong to them. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds jobs by the time of their creation, without an index: later rows have later times. Only where
 * the clock was set back they do not. Those places are in the table clock_back, and split the rows into
 * spans in each of which the times grow.
 */
export class CreationTimes {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      at: db.prepare("SELECT seq, created_at FROM job WHERE seq >= ? ORDER BY seq LIMIT 1"),
      last: db.prepare("SELECT seq, created_at FROM job ORDER BY seq DESC LIMIT 1"),
      spans: db.prepare("SELECT seq FROM clock_back ORDER BY seq DESC"),
      begin: db.prepare(
        `INSERT OR IGNORE INTO clock_back
           SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'job'`,
      ),
      forget: db.prepare(
        "DELETE FROM clock_back WHERE seq <= (SELECT coalesce(min(seq), 0) FROM job)",
      ),
    };
  }

  /** The clock was set back: from the next job on, times begin anew. Belongs in a transaction. */
  beginSpan(): void {
    this.#sql.forget.run();
    this.#sql.begin.run();
  }

  /** The server has started. The clock may have been set while it was down. */
  compare(now: number): void {
    const last = this.#sql.last.get();
    if (last && (last["created_at"] as number) > now) this.beginSpan();
  }

  /**
   * Where the rows are that were created in a span of time; some rows may be there that were not.
   *
   * @returns disjoint ranges, the newest first
   */
  rangesOf({ createdAfter, createdBefore }: TimeSpan): RowRange[] {
    const end = Number.MAX_SAFE_INTEGER;
    if (createdAfter === undefined && createdBefore === undefined) return [{ from: 0, to: end }];
    const starts = [...this.#sql.spans.all().map(({ seq }) => seq as number), 0];
    const last = ((this.#sql.last.get()?.["seq"] as number | undefined) ?? 0) + 1;
    return starts.flatMap((from, index) => {
      const span = { from, to: starts[index - 1] ?? last };
      const range = {
        from: createdAfter === undefined ? from : this.#firstFrom(createdAfter - slackMs, span),
        to: createdBefore === undefined ? span.to : this.#firstFrom(createdBefore + slackMs, span),
      };
      return range.from < range.to ? [range] : [];
    });
  }

  /** The first row of a span whose time is not before another one; the end of the span if none is. */
  #firstFrom(time: number, { from, to }: RowRange): number {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = this.#sql.at.get(middle);
      const seq = row?.["seq"] as number | undefined;
      if (seq === undefined || seq >= high || (row?.["created_at"] as number) >= time)
        high = middle;
      else low = seq + 1;
    }
    return low;
  }
}
