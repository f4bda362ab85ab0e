import { sixth } from "./sixth.ts";

/**
 * Each brings a file to its next version. A file's `user_version` is the number of migrations that it
 * has had. Never change one that was released; add another.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE job (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     state INTEGER NOT NULL, -- see stateCodes in rows.ts
     version INTEGER NOT NULL DEFAULT 1,
     token INTEGER NOT NULL DEFAULT 0,
     task TEXT NOT NULL,
     priority INTEGER NOT NULL,
     attempts INTEGER NOT NULL DEFAULT 0,
     max_attempts INTEGER NOT NULL,
     timeout_ms INTEGER NOT NULL,
     backoff_ms INTEGER NOT NULL,
     created_at INTEGER NOT NULL, -- times are ms since 1970
     run_at INTEGER NOT NULL,
     started_at INTEGER,
     finished_at INTEGER,
     cancel_requested INTEGER NOT NULL DEFAULT 0,
     error_type TEXT,
     error_detail TEXT,
     traceparent TEXT,
     progress TEXT,
     input TEXT NOT NULL,
     result TEXT
   ) STRICT;
   CREATE INDEX job_ready ON job (priority DESC, seq) WHERE state = 1;
   CREATE INDEX job_delayed ON job (run_at) WHERE state = 0;
   CREATE INDEX job_oldest ON job (run_at) WHERE state = 1;
   CREATE INDEX job_state ON job (state);
   CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
   CREATE TABLE key (
     name TEXT PRIMARY KEY,
     fingerprint TEXT NOT NULL,
     seq INTEGER NOT NULL,
     created_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX key_created ON key (created_at);`,
  // A key is removed with its job. It had a retention of its own before.
  `DELETE FROM key WHERE seq NOT IN (SELECT seq FROM job);
   DROP INDEX key_created;
   CREATE INDEX key_job ON key (seq);`,
  // Where the bytes stand in a result; see jsonWithBytes.
  "ALTER TABLE job ADD COLUMN bytes_at INTEGER",
  `ALTER TABLE job ADD COLUMN losses INTEGER NOT NULL DEFAULT 0; -- see transitions.ts
   CREATE INDEX job_held ON job (priority DESC, seq) WHERE state = 6;`,
  // The oldest job that waits may be in quarantine.
  "CREATE INDEX job_oldest_held ON job (run_at) WHERE state = 6",
  sixth,
];
