import type { DatabaseSync } from "node:sqlite";
import { isTaskPaused } from "../../../control.ts";
import type { Ids } from "../../../ids/ids.ts";
import type { Found, Job, JobFilter, JobListing, JobPage, JobState } from "../../../job.ts";
import type { BodyOf } from "../../../queue.ts";
import { refuseCursor } from "../../../refused.ts";
import type { QueueStats } from "../../../stats.ts";
import type { Pauses } from "../order/pauses.ts";
import type { CreationTimes } from "./creation-times.ts";
import { jobColumns, jobOf, type Row } from "./rows.ts";
import { type Selected, Selector } from "./selector.ts";
import type { Tally } from "./tally.ts";

export interface ReaderOptions {
  readonly db: DatabaseSync;
  readonly ids: Ids;
  readonly tally: Tally;
  readonly times: CreationTimes;
  readonly pauses: Pauses;
  readonly now: () => number;
}

/** Reads from the file, between two transactions. */
export class Reader {
  readonly #ids: Ids;
  readonly #tally: Tally;
  readonly #now: () => number;
  readonly #selector: Selector;
  readonly #pauses: Pauses;
  readonly #sql;

  constructor({ db, ids, tally, times, pauses, now }: ReaderOptions) {
    this.#pauses = pauses;
    this.#selector = new Selector(db, times);
    this.#ids = ids;
    this.#tally = tally;
    this.#now = now;
    this.#sql = {
      job: db.prepare(`SELECT ${jobColumns} FROM job WHERE seq = ?`),
      result: db.prepare(
        "SELECT result, bytes_at, body IS NOT NULL AS has_body FROM result WHERE seq = ?",
      ),
      body: {
        input: db.prepare("SELECT body FROM input WHERE seq = ?"),
        result: db.prepare("SELECT body FROM result WHERE seq = ?"),
      },
      lastSeq: db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'job'"),
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

  /** The bytes of an input or a result; null where there are none. */
  body(id: string, of: BodyOf): Uint8Array<ArrayBuffer> | null {
    const row = this.#sql.body[of].get(this.#ids.seqOfId(id) ?? 0);
    return (row?.["body"] ?? null) as Uint8Array<ArrayBuffer> | null;
  }

  /** @returns null for a job that is not there any more */
  stateOf(id: string): JobState | null {
    const found = this.find(id, false);
    return found.kind === "found" ? found.job.state : null;
  }

  findRow(seq: number, withResult = false): Found {
    const row = this.#sql.job.get(seq);
    if (row) {
      const kept = withResult ? resultOf(this.#sql.result.get(seq)) : { result: null };
      const job = this.#job(row);
      const isPaused = job.state === "queued" && isTaskPaused(this.#pauses.now, job.task);
      return { kind: "found", job, ...kept, ...(isPaused && { isPaused }) };
    }
    // The id is genuine. The row was removed, or its transaction was never committed.
    const last = this.#sql.lastSeq.get()?.["seq"] as number | undefined;
    return { kind: seq <= (last ?? 0) ? "gone" : "unknown" };
  }

  /** The job of a row that exists. */
  job(seq: number): Job {
    return this.#job(this.#sql.job.get(seq) as Row);
  }

  list({ limit, cursor, ...filter }: JobListing): JobPage {
    const { seqs, before } = this.select(filter, limit, cursor);
    return {
      jobs: seqs.map((seq) => this.job(seq)),
      cursor: before === null ? null : this.#ids.cursorOf(before),
    };
  }

  /** @throws AppError `invalid-input` for a cursor that this queue did not give */
  select({ batch, ...filter }: JobFilter, most: number, cursor?: string): Selected {
    const before = cursor === undefined ? undefined : this.#positionOf(cursor);
    // No batch has the row 0: a batch that is none of this file's selects nothing.
    const row = batch === undefined ? {} : { batch: this.#ids.seqOfBatchId(batch) ?? 0 };
    return this.#selector.select({ ...filter, ...row }, most, before);
  }

  stats(): Omit<QueueStats, "queuedLimit"> {
    const oldest = this.#sql.oldestWaiting.get()?.["run_at"] as number | null;
    const oldestWaitingMs = oldest === null ? null : Math.max(0, this.#now() - oldest);
    return this.#tally.stats(oldestWaitingMs, this.#pauses.now);
  }

  #positionOf(cursor: string): number {
    return this.#ids.seqOfCursor(cursor) ?? refuseCursor();
  }

  #job(row: Row): Job {
    const batch = row["batch"] as number | null;
    const batchId = batch === null ? null : this.#ids.batchIdOf(batch);
    return jobOf(row, this.#ids.idOf(row["seq"] as number), batchId);
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
  const hasBody = row?.["has_body"] === 1;
  return {
    result,
    ...(typeof bytesAt === "number" && { bytesAt }),
    ...(hasBody && { hasBody: true as const }),
  };
}
