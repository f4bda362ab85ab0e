import type { RowAttempt } from "../jobs/job-changes.ts";

/** Attempts that are to be stopped, without a client that waits for the answer. */
export class Stops {
  /** In the transaction that is open. */
  #added: RowAttempt[] = [];
  #committed: RowAttempt[] = [];

  add(attempt: RowAttempt): void {
    this.#added.push(attempt);
  }

  /** The transaction is on disk. */
  commit(): void {
    this.#committed.push(...this.#added);
    this.#added = [];
  }

  rollBack(): void {
    this.#added = [];
  }

  /** Those since the last call. */
  take(): RowAttempt[] {
    const taken = this.#committed;
    this.#committed = [];
    return taken;
  }
}
