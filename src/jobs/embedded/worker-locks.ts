import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { makeWorkerLock, removeFreeLock } from "./worker-lock.ts";

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
  #former: readonly { readonly name: string | null; readonly path: string }[];

  /** @param path of the queue's file, which `db` has open for this process alone */
  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#former = [...known(db), ...beforeLives(path)];
    const life = randomBytes(6).toString("hex");
    this.#ownName = `${prefix}${life}`;
    this.own = `${path}-workers-${life}`;
    // First the word of it: a lock that is not there is free, one that nobody knows of is left.
    db.prepare("INSERT INTO meta VALUES (?, ?)").run(this.#ownName, Buffer.from(this.own));
    makeWorkerLock(this.own);
  }

  /** Whether the workers of all former servers have ended; their locks are removed. */
  areFormerGone(): boolean {
    this.#former = this.#former.filter(({ name, path }) => {
      if (!removeFreeLock(path)) return true;
      if (name !== null) this.#forget(name);
      return false;
    });
    return this.#former.length === 0;
  }

  /** At the end of this server: a worker that has not ended yet is the next server's to wait for. */
  close(): void {
    if (removeFreeLock(this.own)) this.#forget(this.#ownName);
  }

  #forget(name: string): void {
    try {
      this.#db.prepare("DELETE FROM meta WHERE name = ?").run(name);
    } catch {
      // On a full disk, say: the next server finds no lock, which is a free one, and forgets it.
    }
  }
}

function known(db: DatabaseSync) {
  const rows = db.prepare("SELECT name, value FROM meta WHERE name LIKE ?").all(`${prefix}%`);
  return rows.map(({ name, value }) => ({
    name: name as string,
    path: Buffer.from(value as Uint8Array).toString(),
  }));
}

/** Before lives had locks of their own, all workers of a file held one. */
function beforeLives(path: string) {
  const lock = `${path}-workers`;
  return existsSync(lock) ? [{ name: null, path: lock }] : [];
}
