import { closeSync, fdatasyncSync, openSync, rmSync } from "node:fs";
import { backup, type DatabaseSync } from "node:sqlite";
import { makeOwn } from "../../own-file.ts";

/** How many pages are copied at a time. Whoever uses the database waits for one such step at most. */
const pagesPerStep = 100;

/**
 * After this many pages the copy is flushed. SQLite flushes only at the end, and holds the database
 * meanwhile: for 300 MB that took 0.2 s.
 */
const pagesPerFlush = 1000;

/**
 * Copies a database while it is used and written, by SQLite's online backup. The copy is as the
 * database was at one moment: the end. It is on the disk when this resolves; a part of a copy is
 * removed.
 *
 * @param to where nothing is yet; only its owner can read it
 * @param onProgress takes pages; what it throws ends the copying
 * @throws what `onProgress` throws; Error of SQLite or of the file system
 */
export async function writeCopy(
  db: DatabaseSync,
  to: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  makeOwn(to);
  const file = openSync(to, "r+");
  let flushedAt = 0;
  const progress = ({
    totalPages,
    remainingPages,
  }: {
    totalPages: number;
    remainingPages: number;
  }) => {
    const done = totalPages - remainingPages;
    if (done - flushedAt >= pagesPerFlush) {
      fdatasyncSync(file);
      flushedAt = done;
    }
    onProgress(done, totalPages);
  };
  const options = { rate: pagesPerStep, progress };
  try {
    while (!(await isBackedUp(db, to, options))) await new Promise(setImmediate);
  } catch (error) {
    removeCopy(to);
    throw error;
  } finally {
    // Not before: closing any descriptor of a file releases the locks of the process on it.
    closeSync(file);
  }
}

/**
 * @returns false where a transaction was open at the first step, which is made in another thread. To
 *   Node that is the end, and an error that is none (in `AfterThreadPoolWork` of node_sqlite.cc).
 */
async function isBackedUp(
  db: DatabaseSync,
  to: string,
  options: Parameters<typeof backup>[2],
): Promise<boolean> {
  try {
    await backup(db, to, options);
    return true;
  } catch (error) {
    if (Object(error).errcode === 0) return false;
    throw error;
  }
}

/** Removes a copy, whole or in part, with what SQLite keeps beside it. */
export function removeCopy(path: string): void {
  for (const end of ["", "-journal", "-wal", "-shm"]) rmSync(path + end, { force: true });
}
