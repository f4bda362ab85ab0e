import type { DatabaseSync } from "node:sqlite";
import { fullPauseMs } from "../../retry.ts";
import { suspiciousLosses } from "../../transitions.ts";

/** What a job becomes that is due: only one that is no suspect is ready. */
const dueState = `iif(losses < ${suspiciousLosses}, 1, 6)`;

/** What `pauseMs` may have given a job. A pause doubles with each attempt, or with each loss. */
const longestPause = "longest_pause_ms(backoff_ms, max(attempts, losses))";

/** The changes that are made to the file. */
export type Statements = ReturnType<typeof prepareStatements>;

/**
 * Prepares them, once. Numbers of states are those of rows.ts. Where the
 * order decides, the index is named: SQLite, which keeps no statistics here, would sort instead.
 */
export function prepareStatements(db: DatabaseSync) {
  db.function("longest_pause_ms", { deterministic: true }, (backoffMs, attempts) =>
    fullPauseMs(backoffMs as number, attempts as number),
  );
  return {
    keyed: db.prepare("SELECT fingerprint, seq FROM key WHERE name = ?"),
    insertKey: db.prepare("INSERT INTO key VALUES (?, ?, ?, ?)"),
    insert: db.prepare(
      `INSERT INTO job (state, task, priority, max_attempts, timeout_ms, backoff_ms, created_at,
         run_at, traceparent, input) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    next: db.prepare(
      "SELECT seq FROM job INDEXED BY job_ready WHERE state = 1 ORDER BY priority DESC, seq LIMIT ?",
    ),
    nextOfTasks: db.prepare(
      "SELECT seq, task FROM job INDEXED BY job_ready WHERE state = 1 ORDER BY priority DESC, seq LIMIT ?",
    ),
    nextQuarantined: db.prepare(
      "SELECT seq FROM job INDEXED BY job_held WHERE state = 6 ORDER BY priority DESC, seq LIMIT 1",
    ),
    quarantine: db.prepare("UPDATE job SET state = 6 WHERE seq = ?"),
    release: db.prepare(
      `UPDATE job SET state = 1 WHERE seq IN
         (SELECT seq FROM job INDEXED BY job_held WHERE state = 6 AND losses < ${suspiciousLosses}
            AND task NOT IN (SELECT value FROM json_each(?)) LIMIT ?)`,
    ),
    claim: db.prepare(
      `UPDATE job SET state = 2, attempts = attempts + 1, token = token + 1, version = version + 1,
         started_at = ? WHERE seq = ?
       RETURNING token, task, attempts, max_attempts, timeout_ms, run_at, input`,
    ),
    attempt: db.prepare(
      `SELECT attempts, max_attempts, backoff_ms, cancel_requested, losses
       FROM job WHERE seq = ? AND token = ? AND state = 2`,
    ),
    queue: db.prepare(
      `UPDATE job SET state = ?, run_at = ?, attempts = ?, losses = ?, error_type = ?,
         error_detail = ?, started_at = NULL, progress = NULL, version = version + 1 WHERE seq = ?`,
    ),
    /** It keeps its turn, and the error of the attempt before. */
    handBack: db.prepare(
      `UPDATE job SET state = ?, attempts = ?, losses = ?, started_at = NULL, progress = NULL,
         version = version + 1 WHERE seq = ?`,
    ),
    finish: db.prepare(
      `UPDATE job SET state = ?, finished_at = ?, result = ?, bytes_at = ?, error_type = ?, error_detail = ?,
         version = version + 1 WHERE seq = ?`,
    ),
    progress: db.prepare(
      `UPDATE job SET progress = ?, version = version + 1
       WHERE seq = ? AND token = ? AND state = 2`,
    ),
    state: db.prepare("SELECT state, token, cancel_requested FROM job WHERE seq = ?"),
    requestCancel: db.prepare(
      "UPDATE job SET cancel_requested = 1, version = version + 1 WHERE seq = ?",
    ),
    promote: db.prepare(
      `UPDATE job SET state = ${dueState} WHERE seq IN
         (SELECT seq FROM job INDEXED BY job_delayed WHERE state = 0 AND run_at <= ? ORDER BY run_at LIMIT ?)
       RETURNING state`,
    ),
    nextDue: db.prepare(
      "SELECT run_at FROM job INDEXED BY job_delayed WHERE state = 0 ORDER BY run_at LIMIT 1",
    ),
    shiftPauses: db.prepare(
      `UPDATE job SET run_at = run_at + ?, version = version + 1
       WHERE state = 0 AND attempts + losses > 0 RETURNING seq`,
    ),
    boundPauses: db.prepare(
      `UPDATE job SET run_at = ?1 + ${longestPause}, version = version + 1
       WHERE state = 0 AND attempts + losses > 0 AND run_at > ?1 + ${longestPause}`,
    ),
    purge: db.prepare(
      `DELETE FROM job WHERE seq IN
         (SELECT seq FROM job INDEXED BY job_finished WHERE finished_at <= ? ORDER BY finished_at LIMIT ?)
       RETURNING seq, state`,
    ),
    purgeKeys: db.prepare(
      `DELETE FROM key WHERE seq IN
         (SELECT seq FROM job INDEXED BY job_finished WHERE finished_at <= ? ORDER BY finished_at LIMIT ?)`,
    ),
    running: db.prepare("SELECT seq, token FROM job WHERE state = 2"),
  };
}
