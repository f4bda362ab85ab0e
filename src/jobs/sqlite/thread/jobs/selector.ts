import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { JobFilter } from "../../../job.ts";
import type { CreationTimes, RowRange } from "./creation-times.ts";
import { codesOf, markOfSchedule, type Row } from "./rows.ts";

/** One search looks at no more rows than this, so a search for rare jobs is as quick as any. */
const scanLimit = 5000;

const columns = "job.seq, state, task, grp, batch, created_at";

/** Where the rows come from, and what must be true of each beyond that. */
interface Source {
  /** Takes the first row that is too new, and the first that is old enough. */
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** A filter, with the row of its batch. */
export interface RowFilter extends Omit<JobFilter, "batch"> {
  readonly batch?: number;
}

export interface Selected {
  /** Newest first. */
  readonly seqs: readonly number[];
  /** Older rows than this one may be selected, too; null if there are none. */
  readonly before: number | null;
}

/** Finds the rows that a filter selects, by the index that has the fewest of them. */
export class Selector {
  readonly #db: DatabaseSync;
  readonly #times: CreationTimes;
  readonly #scanLimit: number;
  /** By their text. There are few: states are the only part that varies. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, times: CreationTimes, mostScanned = scanLimit) {
    this.#db = db;
    this.#times = times;
    this.#scanLimit = mostScanned;
  }

  /**
   * @param most so many rows at most
   * @param before only rows older than this one
   */
  select(filter: RowFilter, most: number, before = Number.MAX_SAFE_INTEGER): Selected {
    const matches = matcherOf(filter);
    const seqs: number[] = [];
    let scanned = 0;
    let last = before;
    for (const row of this.#rows(filter, before)) {
      if (seqs.length === most || scanned === this.#scanLimit) return { seqs, before: last };
      scanned++;
      last = row["seq"] as number;
      if (matches(row)) seqs.push(last);
    }
    return { seqs, before: null };
  }

  *#rows(filter: RowFilter, before: number): Generator<Row> {
    const source = sourceOf(filter);
    for (const { from, to } of this.#times.rangesOf(filter)) {
      const end = Math.min(to, before);
      if (end > from) yield* this.#read(source, { from, to: end });
    }
  }

  #read({ sql, values }: Source, { from, to }: RowRange): Iterable<Row> {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement.iterate(to, from, ...values);
  }
}

const also =
  " AND EXISTS (SELECT 1 FROM tag AS other WHERE other.tag = ?4 AND other.seq = job.seq)";

function sourceOf({ tag, schedule, batch, states }: RowFilter): Source {
  const range = "seq < ?1 AND seq >= ?2";
  const mark = schedule === undefined ? undefined : markOfSchedule(schedule);
  const [first, other] = mark === undefined ? [tag] : [mark, tag];
  if (first !== undefined) {
    const sql = `SELECT ${columns} FROM tag CROSS JOIN job ON job.seq = tag.seq
      WHERE tag = ?3 AND tag.${range.replace("AND ", "AND tag.")}${other === undefined ? "" : also}
      ORDER BY tag.seq DESC`;
    return { sql, values: other === undefined ? [first] : [first, other] };
  }
  if (batch !== undefined) {
    const sql = `SELECT ${columns} FROM job INDEXED BY job_batch WHERE batch = ?3 AND ${range} ORDER BY seq DESC`;
    return { sql, values: [batch] };
  }
  if (states === undefined) {
    const sql = `SELECT ${columns} FROM job WHERE ${range} ORDER BY seq DESC`;
    return { sql, values: [] };
  }
  // Each state has its own order in the index; SQLite merges them.
  const codes = states.flatMap(codesOf).toSorted();
  const arms = codes.map(
    (code) => `SELECT ${columns} FROM job INDEXED BY job_state WHERE state = ${code} AND ${range}`,
  );
  return { sql: `${arms.join(" UNION ALL ")} ORDER BY 1 DESC`, values: [] };
}

/** What the source does not see to. */
function matcherOf(filter: RowFilter): (row: Row) => boolean {
  const { task, group, batch, createdAfter, createdBefore } = filter;
  const codes = filter.states && new Set<unknown>(filter.states.flatMap(codesOf));
  return (row) => {
    const createdAt = row["created_at"] as number;
    return (
      (codes === undefined || codes.has(row["state"])) &&
      (task === undefined || row["task"] === task) &&
      (group === undefined || row["grp"] === group) &&
      (batch === undefined || row["batch"] === batch) &&
      (createdAfter === undefined || createdAt >= createdAfter) &&
      (createdBefore === undefined || createdAt < createdBefore)
    );
  };
}
