import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../../errors.ts";
import { codeOf, sqliteCodes } from "./sqlite-codes.ts";

/** How often the lock is tried. */
const tryMs = 20;

/** After so long, somebody who waits wants to know why. */
const patienceMs = 500;

/**
 * Held by each worker of a queue as long as it lives; the kernel takes it back, however the worker
 * ends. A worker that computes on its event loop does not notice at once that its primary was
 * killed: until its run has ended, no other server may run the same job.
 *
 * It is a lock on a small file beside the queue's own: SQLite's, since Node has none for files.
 *
 * @param path of the queue's file
 */
export function holdWorkerLock(path: string): void {
  const db = new DatabaseSync(lockPath(path), { timeout: 5000 });
  db.exec("BEGIN");
  db.prepare("SELECT count(*) FROM sqlite_master").get(); // Takes the shared lock.
  held.push(db);
}

/** So that none is closed for being unreachable. */
const held: DatabaseSync[] = [];

/**
 * Resolves when no worker of a former server is left.
 *
 * @param onWait called once, where that takes long
 * @throws Error where the lock's file cannot be used
 */
export async function waitForWorkers(path: string, onWait: () => void): Promise<void> {
  const startedAt = performance.now();
  let isTold = false;
  while (!isFree(path)) {
    if (!isTold && performance.now() - startedAt > patienceMs) {
      isTold = true;
      onWait();
    }
    await pause(tryMs);
  }
}

function isFree(path: string): boolean {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(lockPath(path), { timeout: 0 });
    db.exec("BEGIN EXCLUSIVE; ROLLBACK");
    return true;
  } catch (error) {
    if (codeOf(error) === sqliteCodes.busy) return false;
    throw new Error(`The lock ${lockPath(path)} cannot be used: ${messageOf(error)}`);
  } finally {
    db?.close();
  }
}

function lockPath(path: string): string {
  return `${path}-workers`;
}
