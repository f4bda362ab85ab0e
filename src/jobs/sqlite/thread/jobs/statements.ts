import type { DatabaseSync } from "node:sqlite";
import { suspiciousLosses } from "../../../transitions/transitions.ts";

/** What a job becomes that is due: only one that is no suspect is ready. */
const dueState = `iif(losses < ${suspiciousLosses}, 1, 6)`;

/** What `placeOf` reads (rows.ts). */
const place = "priority, grp, task";

/** The changes that are made to the file. */
export type Statements = ReturnType<typeof prepareStatements>;

/**
 * Prepares them, once. Numbers of states are those of rows.ts. Where the
 * order decides, the index is named: SQLite, which keeps no statistics here, would sort instead.
 */
export function prepareStatements(db: DatabaseSync) {
  return {
    changes: db.prepare("SELECT total_changes() AS rows"),
    keyed: db.prepare("SELECT fingerprint, seq FROM key WHERE name = ?"),
    insertKey: db.prepare("INSERT INTO key VALUES (?, ?, ?, ?)"),
    insert: db.prepare(
      `INSERT INTO job (state, task, priority, max_attempts, timeout_ms, backoff_ms, created_at,
         run_at, grp, start_before, blockers, ends, batch, traceparent, extras)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertInput: db.prepare("INSERT INTO input VALUES (?, ?, ?)"),
    insertTag: db.prepare("INSERT OR IGNORE INTO tag VALUES (?, ?)"),
    insertResult: db.prepare("INSERT INTO result VALUES (?, ?, ?, ?)"),
    /** The oldest jobs of a line. */
    heads: {
      open: db.prepare(
        `SELECT seq FROM job INDEXED BY job_ready
         WHERE state = 1 AND priority = ? AND grp IS ? AND task = ? ORDER BY seq LIMIT ?`,
      ),
      held: db.prepare(
        `SELECT seq FROM job INDEXED BY job_held
         WHERE state = 6 AND priority = ? AND grp IS ? AND task = ? ORDER BY seq LIMIT ?`,
      ),
    },
    /** A job as it is before its claim. To read it first is cheaper than to have it RETURNED. */
    waiting: db.prepare(
      `SELECT token, task, attempts, max_attempts, timeout_ms, run_at, start_before, ends,
         traceparent, (SELECT input FROM input WHERE input.seq = job.seq) AS input
       FROM job WHERE seq = ?`,
    ),
    claim: db.prepare(
      `UPDATE job SET state = 2, attempts = attempts + 1, token = token + 1, version = version + 1,
         started_at = ? WHERE seq = ?`,
    ),
    attempt: db.prepare(
      `SELECT attempts, max_attempts, backoff_ms, cancel_requested, losses, run_at, started_at, ends,
         batch, ${place} FROM job WHERE seq = ? AND token = ? AND state = 2`,
    ),
    queue: db.prepare(
      `UPDATE job SET state = ?, run_at = ?, pause_ms = ?, attempts = ?, losses = ?, error_type = ?,
         error_detail = ?, start_before = NULL, started_at = NULL, progress = NULL, version = version + 1 WHERE seq = ?
       RETURNING ends, ${place}`,
    ),
    /**
     * It keeps the error of the attempt before. If it waits for nothing it keeps its turn, too. ?7:
     * whether it keeps the time before which it has to start.
     */
    handBack: db.prepare(
      `UPDATE job SET state = ?1, run_at = coalesce(?2, run_at), pause_ms = ?3, attempts = ?4,
         losses = ?5, start_before = iif(?7, start_before, NULL), started_at = NULL,
         progress = NULL, version = version + 1 WHERE seq = ?6
       RETURNING ends, start_before, ${place}`,
    ),
    finish: db.prepare(
      `UPDATE job SET state = ?, finished_at = ?, error_type = ?, error_detail = ?, blockers = 0,
         version = version + 1 WHERE seq = ?`,
    ),
    /** What the end of a job touches. To read it before is cheaper than to have it RETURNED. */
    touched: db.prepare(`SELECT ends, batch, ${place} FROM job WHERE seq = ?`),
    /** The attempt under way has not started. */
    uncount: db.prepare("UPDATE job SET attempts = ?, started_at = NULL WHERE seq = ?"),
    isBlocked: db.prepare("SELECT 1 FROM job WHERE seq = ? AND state = 7"),
    /** One prerequisite less. After the last one it waits for its time, if that is still to come. */
    unblock: db.prepare(
      `UPDATE job SET blockers = blockers - 1, version = version + 1,
         state = iif(blockers > 1, 7, iif(run_at > :now, 0, ${dueState})),
         run_at = iif(blockers > 1, run_at, max(run_at, :now))
       WHERE seq = :seq AND state = 7 RETURNING state, ${place}`,
    ),
    progress: db.prepare(
      `UPDATE job SET progress = ?, version = version + 1
       WHERE seq = ? AND token = ? AND state = 2`,
    ),
    state: db.prepare(`SELECT state, token, cancel_requested FROM job WHERE seq = ?`),
    requestCancel: db.prepare(
      "UPDATE job SET cancel_requested = 1, version = version + 1 WHERE seq = ?",
    ),
    promote: db.prepare(
      `UPDATE job SET state = ${dueState} WHERE seq IN
         (SELECT seq FROM job INDEXED BY job_delayed WHERE state = 0 AND run_at <= ? ORDER BY run_at LIMIT ?)
       RETURNING state, ${place}`,
    ),
    overdue: db.prepare(
      `SELECT seq, state FROM job INDEXED BY job_expiring
       WHERE start_before <= ? AND state IN (0, 1, 6, 7) ORDER BY start_before LIMIT ?`,
    ),
    nextExpiry: db.prepare(
      `SELECT start_before FROM job INDEXED BY job_expiring
       WHERE start_before IS NOT NULL AND state IN (0, 1, 6, 7) ORDER BY start_before LIMIT 1`,
    ),
    nextDue: db.prepare(
      "SELECT run_at FROM job INDEXED BY job_delayed WHERE state = 0 ORDER BY run_at LIMIT 1",
    ),
    pausing: db.prepare(
      `SELECT seq FROM job INDEXED BY job_pausing
       WHERE state = 0 AND pause_ms > 0 AND seq > ? ORDER BY seq LIMIT ?`,
    ),
    shiftPause: db.prepare(
      "UPDATE job SET run_at = run_at + ?, version = version + 1 WHERE seq = ?",
    ),
    boundPauses: db.prepare(
      `UPDATE job INDEXED BY job_pausing SET run_at = ?1 + pause_ms, version = version + 1
       WHERE state = 0 AND pause_ms > 0 AND run_at > ?1 + pause_ms`,
    ),
    outlived: db.prepare(
      "SELECT seq FROM job INDEXED BY job_finished WHERE finished_at <= ? ORDER BY finished_at LIMIT ?",
    ),
    remove: db.prepare("DELETE FROM job WHERE seq = ? RETURNING seq, state, ends"),
    /** What belongs to a job that is removed. */
    purgeParts: ["key", "input", "result", "tag", "attempt", "checkpoint"].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE seq = ?`),
    ),
    running: db.prepare("SELECT seq, token FROM job WHERE state = 2"),
  };
}
