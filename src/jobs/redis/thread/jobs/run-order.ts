/**
 * What a run says is written in the order in which it was said: a checkpoint before the end. Without
 * that, a change that need not read its job would overtake one that does.
 */
export class RunOrder {
  readonly #last = new Map<number, Promise<unknown>>();

  /** Begins the work when all earlier work for this job is done, whatever came of it. */
  async run<Value>(seq: number, work: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(seq);
    const now = before ? before.then(work, work) : work();
    this.#last.set(seq, now);
    try {
      return await now;
    } finally {
      if (this.#last.get(seq) === now) this.#last.delete(seq);
    }
  }
}
