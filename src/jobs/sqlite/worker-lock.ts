import { existsSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { messageOf } from "../../errors.ts";
import { codeOf, sqliteCodes } from "./codes.ts";
import { makeOwn } from "./own-file.ts";

/**
 * The lock of the workers of one server's life: each holds it as long as it lives, and the kernel
 * takes it back, however the worker ends. A worker that computes on its event loop does not notice
 * at once that its primary was killed: until it has ended, its jobs may run nowhere else.
 *
 * It is a lock on a small file: SQLite's, since Node has none for files. Only the server makes that
 * file. Whoever finds it unlocked deletes it. A worker that starts after that finds no file and
 * exits.
 */
export function makeWorkerLock(path: string): void {
  makeOwn(path);
}

/**
 * For a server that is about to fork: without the lock, which anybody may have removed, no worker
 * could start.
 */
export function keptWorkerLock(path: string): string {
  if (!existsSync(path)) makeOwn(path);
  return path;
}

/**
 * Held until the process ends.
 *
 * @throws Error where the lock is no more: the server that forked this worker has ended
 */
export function holdWorkerLock(path: string): void {
  try {
    const db = opened(path, 5000);
    db.exec("BEGIN");
    db.prepare("SELECT count(*) FROM sqlite_master").get(); // Takes the shared lock.
    held.push(db);
  } catch (error) {
    throw unusable(path, error);
  }
}

/** So that none is closed for being unreachable. */
const held: DatabaseSync[] = [];

/**
 * Removes the lock, if no worker holds it any more.
 *
 * @returns whether it is free
 * @throws Error where it cannot be used
 */
export function removeFreeLock(path: string): boolean {
  if (!isFree(path)) return false;
  try {
    rmSync(path, { force: true });
  } catch {
    // It stays where its folder cannot be written, and is free all the same.
  }
  return true;
}

function isFree(path: string): boolean {
  let db: DatabaseSync | undefined;
  try {
    db = opened(path, 0);
    db.exec("BEGIN EXCLUSIVE; ROLLBACK");
    return true;
  } catch (error) {
    if (codeOf(error) === sqliteCodes.busy) return false;
    if (!existsSync(path)) return true;
    throw unusable(path, error);
  } finally {
    db?.close();
  }
}

/** Never makes the file. */
function opened(path: string, timeout: number): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set("mode", "rw");
  return new DatabaseSync(url, { timeout });
}

function unusable(path: string, cause: unknown): Error {
  return new Error(`The lock ${path} cannot be used: ${messageOf(cause)}`, { cause });
}
