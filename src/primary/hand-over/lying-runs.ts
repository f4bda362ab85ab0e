import type { LentEntry } from "./lent-entry.ts";

/** The runs that lie in the primary until a worker is free, in the order in which they were lent. */
export class LyingRuns {
  readonly #runs: LentEntry[] = [];

  get length(): number {
    return this.#runs.length;
  }

  /** A run that a worker has refused comes back to its old place. */
  add(entry: LentEntry): void {
    const index = this.#runs.findIndex(({ number }) => number > entry.number);
    this.#runs.splice(index < 0 ? this.#runs.length : index, 0, entry);
  }

  /** If it does not lie here, this does nothing. */
  remove(entry: LentEntry): void {
    const index = this.#runs.indexOf(entry);
    if (index >= 0) this.#runs.splice(index, 1);
  }

  /** Those that are left if the oldest ones stay, newest first. */
  newestPast(most: number): LentEntry[] {
    return this.#runs.slice(most).reverse();
  }

  /** As they are now, oldest first: whoever looks at them may take them away. */
  [Symbol.iterator](): Iterator<LentEntry> {
    return [...this.#runs].values();
  }
}
