import { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../../../errors.ts";
import { makeOwn } from "../../../own-file.ts";
import { codeOf, sqliteCodes } from "../../codes.ts";
import { applicationId, newestVersion } from "../schema/schema.ts";
import { bringUpToDate, type Upgrade } from "../schema/upgrade.ts";
import { rememberPath, strayLogOf } from "./last-path.ts";
import { logKeptBytes, logOf, lookAt } from "./look.ts";

/**
 * Opens the file for this process alone, and brings its schema up to date. An absent file is made.
 *
 * @param path where the file really is (see real-path.ts)
 * @param onUpgrade is told before the file of an earlier version is brought up to date
 * @throws Error for the operator: it names the path and what to do. The file stays as it was.
 */
export function openDatabase(
  path: string,
  onUpgrade: (upgrade: Upgrade) => void = () => {},
): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    requireOurs(path);
    db = new DatabaseSync(path, { timeout: 0 });
    // Before SQLite's first look into the file, so that the lock is held from then to the end.
    db.exec("PRAGMA locking_mode = EXCLUSIVE");
    requireLog(db, path);
    // Before the log: that alone fixes how a new file is laid out.
    db.exec("PRAGMA auto_vacuum = INCREMENTAL");
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    // On macOS a plain fsync leaves the data in the drive's cache; elsewhere these do nothing.
    db.exec("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON");
    db.exec(`PRAGMA journal_size_limit = ${logKeptBytes}`);
    bringUpToDate(db, path, onUpgrade);
    db.exec("PRAGMA temp_store = MEMORY");
    rememberPath(db, path);
    // From now on the file's own header says what it is: see watch.ts.
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return db;
  } catch (error) {
    db?.close();
    throw new FileRefused(refusalOfFile(path, error), { cause: error });
  }
}

/** Its message is complete: it names the file, and says what to do. */
class FileRefused extends Error {}

class NotOurs extends Error {}

/** Before SQLite opens the file: that alone may change it, or the log beside it. */
function requireOurs(path: string): void {
  const look = lookAt(path);
  if (look.kind === "absent") makeOwn(path); // SQLite gives the log the same mode.
  if (look.kind === "unusable") throw new NotOurs(look.reason);
  if (look.kind !== "database") return;
  const { applicationId: program, userVersion, isEmpty } = look.header;
  if (program === applicationId) {
    if (userVersion <= newestVersion) return;
    throw new NotOurs("it was written by a newer version of manycore");
  }
  const isBlank = isEmpty && program === 0 && userVersion === 0;
  if (!isBlank) throw new NotOurs("it is a database of another program");
}

function requireLog(db: DatabaseSync, path: string): void {
  const stray = strayLogOf(db, path);
  if (stray === undefined) return;
  throw new FileRefused(
    `The queue's file ${path}: its log, which may hold jobs, is at ${stray}. Move it to ${logOf(path)} before the start.`,
  );
}

/** What the operator is told of an error in opening the file, or in the first work on it. */
export function refusalOfFile(path: string, error: unknown): string {
  if (error instanceof FileRefused) return error.message;
  const other = "Move it away, or name another with --queue sqlite:PATH.";
  if (error instanceof NotOurs) return `The queue's file ${path}: ${error.message}. ${other}`;
  switch (codeOf(error)) {
    case sqliteCodes.busy:
      return `The queue's file ${path} is in use by another server. Stop that one, or name another file with --queue sqlite:PATH.`;
    case sqliteCodes.corrupt:
    case sqliteCodes.notADatabase:
      return `The queue's file ${path}: it is damaged, or no database at all (${messageOf(error)}). ${other}`;
    case sqliteCodes.full:
      return `The queue's file ${path}: the disk is full (${messageOf(error)}). Nothing was changed. Make room: a file of an earlier version takes three times its size while it is brought up to date.`;
    default:
      return `The queue's file ${path} cannot be opened for writing: ${messageOf(error)}. Name a file in a folder that exists and can be written, with --queue sqlite:PATH, or turn jobs off with --queue none.`;
  }
}
