import type { DatabaseSync } from "node:sqlite";

/** A smaller free part is not worth the work: it is used again. */
const fewPages = 1000;
const smallShare = 0.1;

/** Pages in one step. Most of them are moved, which writes two or three pages to the log. */
const pagesPerStep = 200;

/**
 * Gives space back when much of the file is free, such as after many jobs were removed. SQLite cuts
 * the file when it next writes the log into it.
 */
export class Shrinking {
  readonly #db: DatabaseSync;
  readonly #free;
  readonly #all;
  readonly #canShrink: boolean;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#free = db.prepare("SELECT freelist_count AS pages FROM pragma_freelist_count");
    this.#all = db.prepare("SELECT page_count AS pages FROM pragma_page_count");
    const { auto_vacuum } = db.prepare("PRAGMA auto_vacuum").get() as { auto_vacuum: number };
    this.#canShrink = auto_vacuum === incremental;
  }

  /** Whether there is something to do. */
  get isDue(): boolean {
    if (!this.#canShrink) return false;
    const free = pagesOf(this.#free);
    return free > fewPages && free > smallShare * pagesOf(this.#all);
  }

  /** Belongs in a transaction. */
  step(): void {
    this.#db.exec(`PRAGMA incremental_vacuum(${pagesPerStep})`);
  }
}

/** SQLite's number of the kind of `auto_vacuum` that waits to be asked. */
const incremental = 2;

function pagesOf(statement: { get(): unknown }): number {
  return (statement.get() as { pages: number }).pages;
}
