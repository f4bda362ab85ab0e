/** What the operator is told of a schedule. */
export interface ScheduleNews {
  readonly name: string;
  /** The first of the times that were missed, in ms since 1970; null for a fault. */
  readonly missedSince: number | null;
  /** How many of them get a job. */
  readonly jobs: number;
  /** Why it is not due any more. */
  readonly fault: string | null;
}

/** What is to be told of schedules, once it is on disk. */
export class ScheduleNewsList {
  /** In the transaction that is open. */
  #added: ScheduleNews[] = [];
  #committed: ScheduleNews[] = [];

  add(news: ScheduleNews): void {
    this.#added.push(news);
  }

  /** The transaction is on disk. */
  commit(): void {
    this.#committed.push(...this.#added);
    this.#added = [];
  }

  rollBack(): void {
    this.#added = [];
  }

  /** What came since the last call. */
  take(): readonly ScheduleNews[] {
    const taken = this.#committed;
    this.#committed = [];
    return taken;
  }
}
