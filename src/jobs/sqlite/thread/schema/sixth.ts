import { sixthFeatures } from "./sixth-features.ts";

/**
 * Inputs and results leave the row of the job: a claim and an end write the row again, and wrote the
 * input with it. The other tables are new: see sixth-features.ts.
 */
const tables = `
  CREATE TABLE input (
    seq INTEGER PRIMARY KEY,
    input TEXT NOT NULL,
    body BLOB -- its bytes, if it has any: input says what they are
  ) STRICT;
  INSERT INTO input (seq, input) SELECT seq, input FROM job;

  CREATE TABLE result (
    seq INTEGER PRIMARY KEY,
    result TEXT NOT NULL,
    bytes_at INTEGER, -- where the bytes stand in it; see jsonWithBytes
    body BLOB -- the bytes that the result is: result says what they are
  ) STRICT;
  INSERT INTO result (seq, result, bytes_at)
    SELECT seq, result, bytes_at FROM job WHERE result IS NOT NULL;

  ALTER TABLE job RENAME TO old_job;
  CREATE TABLE job (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    state INTEGER NOT NULL, -- see stateCodes in rows.ts
    version INTEGER NOT NULL DEFAULT 1,
    token INTEGER NOT NULL DEFAULT 0,
    task TEXT NOT NULL,
    grp TEXT, -- the key of its group
    priority INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    losses INTEGER NOT NULL DEFAULT 0, -- see transitions.ts
    max_attempts INTEGER NOT NULL,
    timeout_ms INTEGER NOT NULL,
    backoff_ms INTEGER NOT NULL,
    created_at INTEGER NOT NULL, -- times are ms since 1970
    run_at INTEGER NOT NULL,
    pause_ms INTEGER NOT NULL DEFAULT 0, -- how long it waits for its next attempt, if it does
    start_before INTEGER, -- null once it has started, unless that attempt was handed back
    started_at INTEGER,
    finished_at INTEGER,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    blockers INTEGER NOT NULL DEFAULT 0, -- prerequisites that have not ended
    ends INTEGER NOT NULL DEFAULT 0, -- what its end touches; see endBits in rows.ts
    batch INTEGER,
    error_type TEXT,
    error_detail TEXT,
    traceparent TEXT,
    progress TEXT,
    extras TEXT -- JSON of what few jobs have; see Extras in rows.ts
  ) STRICT;
  INSERT INTO job (seq, state, version, token, task, priority, attempts, losses, max_attempts,
      timeout_ms, backoff_ms, created_at, run_at, started_at, finished_at, cancel_requested,
      error_type, error_detail, traceparent, progress)
    SELECT seq, state, version, token, task, priority, attempts, losses, max_attempts, timeout_ms,
      backoff_ms, created_at, run_at, started_at, finished_at, cancel_requested, error_type,
      error_detail, traceparent, progress
    FROM old_job;
  -- The longest pause of an earlier version.
  UPDATE job SET pause_ms = 3600000 WHERE state = 0 AND attempts + losses > 0;
  -- Only suspects are in quarantine. Jobs of tasks on probation were, too.
  UPDATE job SET state = 1 WHERE state = 6 AND losses < 2;
  -- Numbers of jobs that were removed are never given again.
  DELETE FROM sqlite_sequence WHERE name = 'job';
  INSERT INTO sqlite_sequence SELECT 'job', seq FROM sqlite_sequence WHERE name = 'old_job';
  DROP TABLE old_job;
  CREATE INDEX job_ready ON job (priority DESC, grp, task) WHERE state = 1;
  CREATE INDEX job_delayed ON job (run_at) WHERE state = 0;
  CREATE INDEX job_pausing ON job (seq) WHERE state = 0 AND pause_ms > 0;
  CREATE INDEX job_oldest ON job (run_at) WHERE state = 1;
  CREATE INDEX job_state ON job (state);
  CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
  CREATE INDEX job_held ON job (priority DESC, grp, task) WHERE state = 6;
  CREATE INDEX job_expiring ON job (start_before)
    WHERE start_before IS NOT NULL AND state IN (0, 1, 6, 7);
  CREATE INDEX job_oldest_held ON job (run_at) WHERE state = 6;
  CREATE INDEX job_batch ON job (batch, seq) WHERE batch IS NOT NULL;`;

export const sixth = tables + sixthFeatures;
