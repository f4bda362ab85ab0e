import { DatabaseSync } from "node:sqlite";
import { codeOf, sqliteCodes } from "../codes.ts";
import { hasLog } from "../thread/file/look.ts";
import { copyOf } from "./control-socket.ts";
import { removeCopy, writeCopy } from "./write-copy.ts";

/**
 * Copies the queue's file where no server has it open. No server, and no other backup, can open it
 * until the copy is taken: they would remove it as one that was left behind.
 *
 * @param path of the queue's file
 * @param onProgress takes pages
 * @param onCopy is told of a copy that must go if the process is ended
 * @param take is called with the path of the copy, and moves it away
 * @returns false where somebody has the file open
 * @throws Error of SQLite or of the file system; what `take` throws
 */
export async function copyClosed(
  path: string,
  onProgress: (done: number, total: number) => void,
  onCopy: (path: string) => void,
  take: (copy: string) => Promise<void>,
): Promise<boolean> {
  const isLeft = hasLog(path);
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    if (!isLocked(db)) return false;
    const copy = copyOf(path);
    onCopy(copy);
    removeCopy(copy); // Of a backup that was killed.
    await writeCopy(db, copy, onProgress);
    await take(copy);
    return true;
  } finally {
    // To close it would write the log. The end of the process frees the lock, too.
    if (isLeft) kept.push(db);
    else db.close();
  }
}

/** @returns false where somebody has it open */
function isLocked(db: DatabaseSync): boolean {
  try {
    // The next server checks a file whose log was left: nothing here writes the log into the file.
    db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA wal_autocheckpoint = 0");
    db.exec("BEGIN EXCLUSIVE; COMMIT");
    return true;
  } catch (error) {
    if (codeOf(error) === sqliteCodes.busy) return false;
    throw error;
  }
}

/** Reachable, so that they are not collected. */
const kept: DatabaseSync[] = [];
