import type { DatabaseSync } from "node:sqlite";
import type { RunLog } from "../../../../tasks/run-log.ts";
import {
  type AttemptPlace,
  type AttemptReport,
  attemptOutcomes,
  mostPastAttempts,
  type PastAttempt,
} from "../../../attempt.ts";
import type { JobError } from "../../../job.ts";
import type { Verdict } from "../../../transitions/past-attempt.ts";
import type { Row } from "./rows.ts";

/** An attempt that has ended, as the store learns of it. */
export interface EndedAttempt {
  readonly seq: number;
  readonly token: number;
  readonly verdict: Verdict;
  /** When its job could have started, and did. */
  readonly runAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly place: AttemptPlace | null;
  readonly report: AttemptReport | undefined;
}

/** What few attempts have. The row keeps it as JSON. */
interface More {
  readonly error?: JobError;
  readonly stack?: string;
  readonly log?: RunLog;
}

/**
 * The attempts of jobs: one small row each, in the order of the jobs, so that most go to the end of
 * the table. Times are whole microseconds: SQLite keeps those in fewer bytes than ms with fractions.
 */
export class History {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      insert: db.prepare("INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      // Not every token has left a row: an attempt that was given back before it started has none.
      drop: db.prepare(
        `DELETE FROM attempt WHERE seq = ?1 AND token <=
           (SELECT token FROM attempt WHERE seq = ?1 ORDER BY token DESC LIMIT 1 OFFSET ${mostPastAttempts})`,
      ),
      select: db.prepare("SELECT * FROM attempt WHERE seq = ? ORDER BY token"),
    };
  }

  /** Belongs in a transaction. */
  add({ seq, token, verdict, runAt, startedAt, endedAt, place, report }: EndedAttempt): void {
    const { number, outcome, counts } = verdict;
    const queuedMs = report?.queuedMs ?? null;
    const queuedUs = queuedMs === null ? null : toUs(Math.max(0, startedAt - runAt) + queuedMs);
    this.#sql.insert.run(
      ...[seq, token, number, startedAt, endedAt],
      ...[attemptOutcomes.indexOf(outcome), counts ? 1 : 0],
      ...[place?.worker ?? null, place?.pid ?? null, report?.executor ?? null],
      ...[queuedUs, toUs(report?.ranMs), toUs(report?.cpuMs), moreOf(verdict, report)],
    );
    if (token > mostPastAttempts) this.#sql.drop.run(seq);
  }

  /** The oldest first. */
  of(seq: number): PastAttempt[] {
    return this.#sql.select.all(seq).map(pastAttemptOf);
  }
}

/** @returns null for an attempt without an error and a log */
function moreOf({ error }: Verdict, report: AttemptReport | undefined): string | null {
  const stack = error === null ? undefined : report?.stack;
  const log = report?.log;
  if (error === null && log === undefined) return null;
  const more: More = { ...(error && { error }), ...(stack && { stack }), ...(log && { log }) };
  return JSON.stringify(more);
}

function pastAttemptOf(row: Row): PastAttempt {
  const text = row["more"] as string | null;
  const { error, stack, log }: More = text === null ? {} : (JSON.parse(text) as More);
  return {
    number: row["number"] as number,
    startedAt: row["started_at"] as number,
    endedAt: row["ended_at"] as number,
    worker: row["worker"] as number | null,
    pid: row["pid"] as number | null,
    executor: row["executor"] as string | null,
    queuedMs: toMs(row["queued_us"]),
    ranMs: toMs(row["ran_us"]),
    cpuMs: toMs(row["cpu_us"]),
    outcome: attemptOutcomes[row["outcome"] as number] ?? "failed",
    counts: row["counts"] === 1,
    error: error ?? null,
    stack: stack ?? null,
    log: log ?? { lines: [], dropped: 0 },
  };
}

function toUs(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : Math.round(ms * 1000);
}

function toMs(us: unknown): number | null {
  return us === null ? null : (us as number) / 1000;
}
