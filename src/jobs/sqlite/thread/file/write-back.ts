import type { DatabaseSync } from "node:sqlite";

/**
 * From so many pages on the log is written into the file: 4 MB, as SQLite has it. Fewer pages would
 * be written more often: at 1 MB that took twice the time in all.
 */
const duePages = 1000;

/** SQLite before 3.51 takes NOOP for PASSIVE, and writes. There it goes on by itself. */
export const canLook = isFrom(3, 51);

/**
 * Writes the log into the file when it has become long. SQLite itself does it within a commit, whose
 * answers wait for it. Here the answers are sent before.
 */
export class WriteBack {
  readonly #db: DatabaseSync;
  readonly #look;
  readonly #isAutomatic: boolean;
  #isHeld = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#look = db.prepare("PRAGMA wal_checkpoint(NOOP)");
    this.#isAutomatic = !canLook;
    this.letGo();
  }

  /** From now on writes stay in the log. */
  hold(): void {
    this.#isHeld = true;
    this.#setAutomatic(0);
  }

  letGo(): void {
    this.#isHeld = false;
    this.#setAutomatic(this.#isAutomatic ? duePages : 0);
  }

  /** Whether the log has become long. */
  get isDue(): boolean {
    if (this.#isHeld || this.#isAutomatic) return false;
    try {
      const { log, checkpointed } = this.#look.get() as { log: number; checkpointed: number };
      return log - checkpointed >= duePages;
    } catch {
      return false; // The disk has a fault, say. The next write tells of it.
    }
  }

  /** Does it if it is due. Call it between two transactions, when the answers are sent. */
  step(): void {
    if (!this.isDue) return;
    try {
      this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)");
    } catch {
      // The disk is full, say. Everything is in the log, and the next step tries again.
    }
  }

  #setAutomatic(pages: number): void {
    this.#db.exec(`PRAGMA wal_autocheckpoint = ${pages}`);
  }
}

function isFrom(major: number, minor: number): boolean {
  const [ours = 0, oursMinor = 0] = (process.versions["sqlite"] ?? "").split(".").map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}
