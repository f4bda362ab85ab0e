import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { makeWorkerLock, removeFreeLock } from "../worker-lock.ts";

/** The name of a lock in `meta`. Its random end tells servers apart. The value is a path. */
const prefix = "worker-lock ";

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

  /** @param path of the queue's file, which `db` has open for this process alone */
  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#former = [...known(db, path), ...beforeLives(path)];
    const life = randomBytes(6).toString("hex");
    this.#ownName = `${prefix}${life}`;
    this.own = lockOf(path, life);
    // First into the file, then the lock: an unknown lock would stay for ever, a missing one is free.
    db.prepare("INSERT INTO meta VALUES (?, ?)").run(this.#ownName, Buffer.from(this.own));
    makeWorkerLock(this.own);
  }

  /** Whether the workers of all former servers have ended; their locks are removed. */
  areFormerGone(): boolean {
    this.#former = this.#former.filter(({ name, paths }) => {
      if (!paths.every(removeFreeLock)) return true;
      if (name !== null) this.#forget(name);
      return false;
    });
    return this.#former.length === 0;
  }

  /** At the end of this server. The next server waits for a worker that has not ended yet. */
  close(): void {
    try {
      if (removeFreeLock(this.own)) this.#forget(this.#ownName);
    } catch {
      // For want of a descriptor, say. The next server looks again.
    }
  }

  #forget(name: string): void {
    try {
      this.#db.prepare("DELETE FROM meta WHERE name = ?").run(name);
    } catch {
      // On a full disk, say. The next server finds no lock, which counts as free, and forgets it.
    }
  }
}

/** The lock of a former server. */
interface FormerLock {
  /** Its name in `meta`; null if `meta` does not know it. */
  readonly name: string | null;
  /** Where it was made, and where it is if the folder was moved. */
  readonly paths: readonly string[];
}

function known(db: DatabaseSync, path: string): FormerLock[] {
  const rows = db.prepare("SELECT name, value FROM meta WHERE name LIKE ?").all(`${prefix}%`);
  return rows.map((row) => {
    const name = row["name"] as string;
    const made = Buffer.from(row["value"] as Uint8Array).toString();
    return { name, paths: [made, lockOf(path, name.slice(prefix.length))] };
  });
}

function lockOf(path: string, life: string): string {
  return `${path}-workers-${life}`;
}

/** In an earlier version all workers of a file held one lock. */
function beforeLives(path: string): FormerLock[] {
  const lock = `${path}-workers`;
  return existsSync(lock) ? [{ name: null, paths: [lock] }] : [];
}
