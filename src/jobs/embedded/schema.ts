import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../errors.ts";

/** In the header of every file that is ours ("manc" in ASCII). */
const applicationId = 0x6d616e63;

/**
 * What brings a file from one version to the next, in order: a file's `user_version` is how many of
 * them it has seen. Never change one that was released; add another.
 */
const migrations: readonly string[] = [
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
];

/** SQLite's primary result codes that need words of their own (sqlite.org/rescode.html). */
const busy = 5;
const corrupt = 11;
const notADatabase = 26;

/**
 * Opens the file for this process alone, and brings its schema up to date. An absent file is made.
 *
 * @throws Error for the operator: it names the path and what to do. The file stays as it was.
 */
export function openDatabase(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    // Before the first look into the file, so that the lock is held from then to the end.
    db.exec("PRAGMA locking_mode = EXCLUSIVE");
    requireOurs(db);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    db.exec("PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY");
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw new Error(`${refusal(path, error)}`, { cause: error });
  }
}

export function versionOf(db: DatabaseSync): number {
  return numberOf(db, "user_version");
}

/** The file's own secret, under which its ids are made. */
export function secretOf(db: DatabaseSync): Uint8Array {
  const row = db.prepare("SELECT value FROM meta WHERE name = 'secret'").get();
  return row?.["value"] as Uint8Array;
}

class NotOurs extends Error {}

function requireOurs(db: DatabaseSync): void {
  const tables = db.prepare("SELECT count(*) AS n FROM sqlite_master").get()?.["n"];
  if (tables === 0) return;
  if (numberOf(db, "application_id") !== applicationId) {
    throw new NotOurs("it is a database of another program");
  }
  if (versionOf(db) > migrations.length) {
    throw new NotOurs("it was written by a newer version of manycore");
  }
  const check = db.prepare("PRAGMA quick_check(1)").get();
  const verdict = Object.values(check ?? {})[0];
  if (verdict !== "ok") throw new NotOurs(`it is damaged (${verdict})`);
}

function migrate(db: DatabaseSync): void {
  db.exec("BEGIN EXCLUSIVE");
  for (let version = versionOf(db); version < migrations.length; version++) {
    db.exec(migrations[version] ?? "");
    if (version === 0) {
      db.exec(`PRAGMA application_id = ${applicationId}`);
      db.prepare("INSERT INTO meta VALUES ('secret', ?)").run(randomBytes(32));
    }
  }
  db.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
}

function numberOf(db: DatabaseSync, pragma: string): number {
  return Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] as number;
}

function refusal(path: string, error: unknown): string {
  const other = "Move it away, or name another with --queue sqlite:PATH.";
  if (error instanceof NotOurs) return `The queue's file ${path}: ${error.message}. ${other}`;
  switch (codeOf(error)) {
    case busy:
      return `The queue's file ${path} is in use by another server. Stop that one, or name another file with --queue sqlite:PATH.`;
    case corrupt:
    case notADatabase:
      return `The queue's file ${path}: it is damaged, or no database at all (${messageOf(error)}). ${other}`;
    default:
      return `The queue's file ${path} cannot be opened for writing: ${messageOf(error)}. Name a file in a folder that exists and can be written, with --queue sqlite:PATH, or turn jobs off with --queue none.`;
  }
}

/** SQLite's primary result code, the low byte of the extended one; 0 where it was not SQLite. */
export function codeOf(error: unknown): number {
  const { errcode } = Object(error) as { errcode?: unknown };
  return typeof errcode === "number" ? errcode & 0xff : 0;
}
