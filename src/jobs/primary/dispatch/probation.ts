/** A task that has lost so many workers in a row is on probation. */
const manyLosses = 2;

/** Probation ends when there was no further loss for this long. */
const longestMs = 30_000;

const none: readonly string[] = [];

interface Losses {
  count: number;
  lastAt: number;
}

/**
 * The tasks whose jobs seem to end their workers: one worker after the other was lost, and no attempt
 * has ended by itself since. Jobs of a task on probation go into quarantine, so that they do not take
 * every worker away together. A restart of the server forgets it.
 */
export class Probation {
  readonly #losses = new Map<string, Losses>();

  /** A worker that ran jobs of these tasks was lost. */
  lost(tasks: Iterable<string>, now: number): void {
    this.#forget(now);
    for (const task of new Set(tasks)) {
      const count = (this.#losses.get(task)?.count ?? 0) + 1;
      this.#losses.set(task, { count, lastAt: now });
    }
  }

  /** An attempt of this task ended by itself. */
  ended(task: string): void {
    if (this.#losses.size > 0) this.#losses.delete(task);
  }

  /** The tasks on probation now. */
  tasks(now: number): readonly string[] {
    if (this.#losses.size === 0) return none;
    this.#forget(now);
    return [...this.#losses].flatMap(([task, { count }]) => (count >= manyLosses ? [task] : []));
  }

  #forget(now: number): void {
    for (const [task, { lastAt }] of this.#losses) {
      if (now - lastAt >= longestMs) this.#losses.delete(task);
    }
  }
}
