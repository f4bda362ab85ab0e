import { existsSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { messageOf } from "../../errors.ts";
import { makeOwn } from "../own-file.ts";
import { codeOf, sqliteCodes } from "./codes.ts";

/**
 * Makes the file of a lock that all workers of one primary share. Each holds it until it ends; the
 * kernel releases it, however the worker ends. The next server waits for it: a worker that computes
 * on its event loop may outlive its primary for a while, and its jobs must not run twice at a time.
 *
 * Node has no locks for files, so this is SQLite's lock on a small file. Only the server makes the
 * file. Whoever finds it unlocked deletes it. A worker that starts later finds no file and exits.
 */
export function makeWorkerLock(path: string): void {
  makeOwn(path);
}

/** Makes the file again where somebody removed it: without it no worker could start. */
export function keptWorkerLock(path: string): string {
  if (!existsSync(path)) makeOwn(path);
  return path;
}

/**
 * Holds the lock until the process ends.
 *
 * @throws Error where the file is gone: the server that forked this worker has ended
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

/** Keeps the connections reachable: a collected one would release its lock. */
const held: DatabaseSync[] = [];

/**
 * Removes the file where no worker holds the lock.
 *
 * @returns whether the lock is free
 * @throws Error where that cannot be seen
 */
export function removeFreeLock(path: string): boolean {
  if (!isLockFree(path)) return false;
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder cannot be written. The file stays, and the lock is free all the same.
  }
  return true;
}

/** @throws Error where it cannot be seen whether a worker holds the lock */
export function isLockFree(path: string): boolean {
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

/** Opens the file; never makes it. */
function opened(path: string, timeout: number): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set("mode", "rw");
  return new DatabaseSync(url, { timeout });
}

function unusable(path: string, cause: unknown): Error {
  return new Error(`The lock ${path} cannot be used: ${messageOf(cause)}`, { cause });
}
