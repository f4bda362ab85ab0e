import type { DatabaseSync } from "node:sqlite";
import { AppError } from "../../../errors.ts";
import type { Found, Job, JobFilter, JobPage, JobState } from "../../job.ts";
import type { QueueStats } from "../../stats.ts";
import type { Ids } from "./ids.ts";
import { codesOf, jobColumns, jobOf, type Row } from "./rows.ts";
import type { Tally } from "./tally.ts";

/** One page looks at no more rows than this, so a page of a rare task is as quick as any. */
const scanLimit = 5000;

/** Reads from the file, between two transactions. */
export class Reader {
  readonly #ids: Ids;
  readonly #tally: Tally;
  readonly #now: () => number;
  readonly #sql;

  constructor(db: DatabaseSync, ids: Ids, tally: Tally, now: () => number) {
    this.#ids = ids;
    this.#tally = tally;
    this.#now = now;
    this.#sql = {
      job: db.prepare(`SELECT ${jobColumns} FROM job WHERE seq = ?`),
      result: db.prepare("SELECT result, bytes_at FROM job WHERE seq = ?"),
      lastSeq: db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'job'"),
      newest: db.prepare(`SELECT ${jobColumns} FROM job WHERE seq < ? ORDER BY seq DESC LIMIT ?`),
      newestIn: db.prepare(
        `SELECT ${jobColumns} FROM job INDEXED BY job_state WHERE state = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
      ),
      oldestWaiting: db.prepare(
        `SELECT min(run_at) AS run_at FROM (
           SELECT min(run_at) AS run_at FROM job INDEXED BY job_oldest WHERE state = 1 UNION ALL
           SELECT min(run_at) FROM job INDEXED BY job_oldest_held WHERE state = 6)`,
      ),
    };
  }

  find(id: string, withResult: boolean): Found {
    const seq = this.#ids.seqOfId(id);
    return seq === undefined ? { kind: "unknown" } : this.findRow(seq, withResult);
  }

  findRow(seq: number, withResult = false): Found {
    const row = this.#sql.job.get(seq);
    if (row) {
      const kept = withResult ? resultOf(this.#sql.result.get(seq)) : { result: null };
      return { kind: "found", job: this.#job(row), ...kept };
    }
    // The id is genuine. The row was removed, or its transaction was never committed.
    const last = this.#sql.lastSeq.get()?.["seq"] as number | undefined;
    return { kind: seq <= (last ?? 0) ? "gone" : "unknown" };
  }

  /** The job of a row that exists. */
  job(seq: number): Job {
    return this.#job(this.#sql.job.get(seq) as Row);
  }

  list({ state, task, limit, cursor }: JobFilter): JobPage {
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : this.#positionOf(cursor);
    const wanted = task === undefined ? limit : scanLimit;
    const scanned = this.#scan(state, before, wanted + 1);
    const hasMore = scanned.length > wanted;
    const rows = scanned
      .slice(0, wanted)
      .filter((row) => task === undefined || row["task"] === task);
    const page = rows.slice(0, limit);
    const isCut = rows.length > page.length;
    const last = isCut ? page.at(-1) : scanned[wanted - 1];
    const cursorAfter = isCut || hasMore ? this.#ids.cursorOf(last?.["seq"] as number) : null;
    return { jobs: page.map((row) => this.#job(row)), cursor: cursorAfter };
  }

  stats(): QueueStats {
    const oldest = this.#sql.oldestWaiting.get()?.["run_at"] as number | null;
    return this.#tally.stats(oldest === null ? null : Math.max(0, this.#now() - oldest));
  }

  /** Newest first. A state may have several codes, each with its own order in the index. */
  #scan(state: JobState | undefined, before: number, limit: number): Row[] {
    if (state === undefined) return this.#sql.newest.all(before, limit);
    const rows = codesOf(state).flatMap((code) => this.#sql.newestIn.all(code, before, limit));
    return rows.sort((a, b) => (b["seq"] as number) - (a["seq"] as number)).slice(0, limit);
  }

  #positionOf(cursor: string): number {
    const seq = this.#ids.seqOfCursor(cursor);
    if (seq !== undefined) return seq;
    const message = "give the cursor of the page before as it came, or none for the first page";
    const errors = [{ path: "/cursor", message }];
    throw new AppError("invalid-input", `The cursor is not valid: ${message}.`, { errors });
  }

  #job(row: Row): Job {
    return jobOf(row, this.#ids.idOf(row["seq"] as number));
  }
}

/** How many jobs the file has by state code. */
export function countsOf(db: DatabaseSync): Map<number, number> {
  const rows = db.prepare("SELECT state, count(*) AS n FROM job GROUP BY state").all();
  return new Map(rows.map((row) => [row["state"] as number, row["n"] as number]));
}

function resultOf(row: Row | undefined) {
  const bytesAt = row?.["bytes_at"] as number | null | undefined;
  const result = (row?.["result"] ?? null) as string | null;
  return { result, ...(typeof bytesAt === "number" && { bytesAt }) };
}
