import type { FinalState } from "../job.ts";
import type { QueueStats } from "../stats.ts";

/** How many jobs have ended, by task and state. */
export class EndCounts {
  readonly #counts = new Map<string, Partial<Record<FinalState, number>>>();

  add(task: string, state: FinalState): void {
    const counts = this.#counts.get(task) ?? {};
    counts[state] = (counts[state] ?? 0) + 1;
    this.#counts.set(task, counts);
  }

  read(): QueueStats["ended"] {
    return [...this.#counts].flatMap(([task, counts]) =>
      Object.entries(counts).map(([state, count]) => ({ task, state: state as FinalState, count })),
    );
  }
}
