/** The jobs, or the batches, that somebody watches, by row, and which of them have changed. */
export class WatchedJobs {
  /** How many watches each has. */
  readonly #counts = new Map<number, number>();
  /** In the transaction that is open. */
  #changed: number[] = [];
  readonly #committed = new Set<number>();

  watch(seq: number): void {
    this.#counts.set(seq, (this.#counts.get(seq) ?? 0) + 1);
  }

  unwatch(seq: number): void {
    const count = (this.#counts.get(seq) ?? 0) - 1;
    if (count > 0) this.#counts.set(seq, count);
    else this.#counts.delete(seq);
  }

  /** A row has changed so that a client may see it. */
  changed(seq: number): void {
    if (this.#counts.has(seq)) this.#changed.push(seq);
  }

  /** The transaction is on disk. */
  commit(): void {
    for (const seq of this.#changed) this.#committed.add(seq);
    this.#changed = [];
  }

  rollBack(): void {
    this.#changed = [];
  }

  /** Those that have changed since the last call. */
  takeChanged(): number[] {
    const seqs = [...this.#committed];
    this.#committed.clear();
    return seqs;
  }
}
