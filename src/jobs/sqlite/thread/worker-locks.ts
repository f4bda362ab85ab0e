import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { makeWorkerLock, removeFreeLock } from "../worker-lock.ts";

/** The name in `meta` of a life's lock; its random end tells lives apart. The value is a path. */
const prefix = "worker-lock ";

/**
 * The locks of the workers of every server that had this file, as the file itself knows them: of
 * this server, and of former ones that did not end by themselves. See worker-lock.ts.
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
    // First the word of it: a lock that is not there is free, one that nobody knows of is left.
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

  /** At the end of this server: a worker that has not ended yet is the next server's to wait for. */
  close(): void {
    try {
      if (removeFreeLock(this.own)) this.#forget(this.#ownName);
    } catch {
      // It cannot be looked at, for want of a descriptor, say: the next server looks.
    }
  }

  #forget(name: string): void {
    try {
      this.#db.prepare("DELETE FROM meta WHERE name = ?").run(name);
    } catch {
      // On a full disk, say: the next server finds no lock, which is a free one, and forgets it.
    }
  }
}

/** The lock of a former life. */
interface FormerLock {
  /** In `meta`; null where that does not know of it. */
  readonly name: string | null;
  /** Where it was, and where it is if the whole folder has another path now. */
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

/** Before lives had locks of their own, all workers of a file held one. */
function beforeLives(path: string): FormerLock[] {
  const lock = `${path}-workers`;
  return existsSync(lock) ? [{ name: null, paths: [lock] }] : [];
}
