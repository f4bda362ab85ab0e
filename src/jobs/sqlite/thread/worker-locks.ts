import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import {
  addFormerStarts,
  makeStarts,
  type RowAttempt,
  removeStarts,
  Starts,
  startsPath,
} from "../../starts.ts";
import type { Stage } from "../../transitions/losses.ts";
import { isLockFree, makeWorkerLock, removeFreeLock } from "../worker-lock.ts";

/**
 * The name of a lock in `meta`. Its random end tells servers apart. The value is a path; it is empty in
 * a backup, which is a file of its own.
 */
const prefix = "worker-lock ";

/** A backup must not take marks of later attempts for those of its own. @param db of a backup */
export function leaveLocks(db: DatabaseSync): void {
  db.prepare("UPDATE meta SET value = x'' WHERE name LIKE ?").run(`${prefix}%`);
}

/**
 * The locks of workers that the file itself knows: those of this server, and those of former servers
 * that were killed. See worker-lock.ts.
 */
export class WorkerLocks {
  /** Of this server's own workers. */
  readonly own: string;
  readonly #db: DatabaseSync;
  readonly #ownName: string;
  #former: readonly FormerLock[];
  /** What workers of former servers have started, as far as they have ended. */
  readonly #starts = new Starts();
  /** Whether nobody knows all of it. */
  #areStartsUnknown = false;
  /** Former locks that are free. They stay known until the jobs of their workers are taken back. */
  readonly #free: FormerLock[] = [];

  /** @param path of the queue's file, which `db` has open for this process alone */
  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#former = [...known(db, path), ...beforeLives(path)];
    const life = randomBytes(6).toString("hex");
    this.#ownName = `${prefix}${life}`;
    this.own = lockOf(path, life);
    // Once the file knows the lock, missing marks would mean that nobody knows what has started.
    tryToMakeStarts(startsPath(this.own));
    // First into the file, then the lock: an unknown lock would stay for ever, a missing one is free.
    db.prepare("INSERT INTO meta VALUES (?, ?)").run(this.#ownName, Buffer.from(this.own));
    makeWorkerLock(this.own);
  }

  /** Whether the workers of all former servers have ended; their locks are removed. */
  areFormerGone(): boolean {
    this.#former = this.#former.filter((lock) => {
      if (!removeFreeLock(lock.path)) return true;
      if (lock.madeAt !== undefined && !isLockFree(lock.madeAt)) return true;
      this.#addStarts(lock);
      this.#free.push(lock);
      return false;
    });
    return this.#former.length === 0;
  }

  /** How far workers of former servers were with an attempt. */
  stageOf(attempt: RowAttempt): Stage {
    const stage = this.#starts.stageOf(attempt);
    return stage === "waiting" && this.#areStartsUnknown ? "running" : stage;
  }

  /**
   * The jobs of former servers have been taken back. Until then a server that is killed leaves the
   * next one all that it found.
   */
  forgetFormer(): void {
    for (const { name, path } of this.#free.splice(0)) {
      // First the name: a name without its marks would mean that nobody knows what has started.
      if (name === null || this.#forget(name)) removeStarts(startsPath(path));
    }
  }

  /**
   * At the end of this server. The next server waits for a worker that has not ended yet.
   *
   * @param isAnyLeft whether an attempt still counts as running: the next server takes it back
   */
  close(isAnyLeft = false): void {
    if (isAnyLeft) return;
    try {
      if (!removeFreeLock(this.own)) return;
      if (this.#forget(this.#ownName)) removeStarts(startsPath(this.own));
    } catch {
      // For want of a descriptor, say. The next server looks again.
    }
  }

  #addStarts({ path, madeAt, isOfOriginal }: FormerLock): void {
    const add = (lock: string) => addFormerStarts(this.#starts, startsPath(lock));
    const isKnown = !isOfOriginal && (add(path) || (madeAt !== undefined && add(madeAt)));
    if (!isKnown) this.#areStartsUnknown = true;
  }

  /** @returns false where it cannot be written: the next server finds a free lock, and forgets it */
  #forget(name: string): boolean {
    try {
      this.#db.prepare("DELETE FROM meta WHERE name = ?").run(name);
      return true;
    } catch {
      return false; // On a full disk, say.
    }
  }
}

/** The lock of a former server. */
interface FormerLock {
  /** Its name in `meta`; null if `meta` does not know it. */
  readonly name: string | null;
  /** Beside the file. */
  readonly path: string;
  /**
   * Where it was made, if the file was somewhere else then: it was moved, or copied. In the second case
   * this lock is that of another file, so it is only looked at.
   */
  readonly madeAt?: string;
  /** The file is a backup of the one that a server had open. */
  readonly isOfOriginal?: boolean;
}

function known(db: DatabaseSync, queue: string): FormerLock[] {
  const rows = db.prepare("SELECT name, value FROM meta WHERE name LIKE ?").all(`${prefix}%`);
  return rows.map((row) => {
    const name = row["name"] as string;
    const madeAt = Buffer.from(row["value"] as Uint8Array).toString();
    const path = lockOf(queue, name.slice(prefix.length));
    if (madeAt === "") return { name, path, isOfOriginal: true };
    return { name, path, ...(madeAt !== path && { madeAt }) };
  });
}

function tryToMakeStarts(path: string): void {
  try {
    makeStarts(path);
  } catch {
    // Without it no worker can mark.
  }
}

function lockOf(queue: string, life: string): string {
  return `${queue}-workers-${life}`;
}

/** In an earlier version all workers of a file held one lock. */
function beforeLives(queue: string): FormerLock[] {
  const path = `${queue}-workers`;
  return existsSync(path) ? [{ name: null, path }] : [];
}
