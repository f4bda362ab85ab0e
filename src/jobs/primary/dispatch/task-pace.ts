/** A run of this length costs less than the way of a message to the primary and back. */
const shortMs = 1;

/** Weight of a new run in the mean. */
const weight = 0.05;

/** After a run that took longer than this, the next runs of the task count as long. */
const longMs = 25;

/** After this many runs in a row without a long one, the runs of the task are short again. */
const provenRuns = 100;

/** For a new task, this many runs are enough. */
const firstRuns = 16;

interface Pace {
  meanMs: number;
  runsSinceLong: number;
}

/** How long the runs of each task take, as they were reported last. */
export class TaskPace {
  readonly #paces = new Map<string, Pace>();

  ended(task: string, ranMs: number): void {
    const pace = this.#paces.get(task);
    const runs = pace?.runsSinceLong ?? provenRuns - firstRuns;
    this.#paces.set(task, {
      meanMs: pace ? pace.meanMs + weight * (ranMs - pace.meanMs) : ranMs,
      runsSinceLong: ranMs > longMs ? 0 : runs + 1,
    });
  }

  /** The expected length of a run that costs less than a message; null where it may be longer. */
  shortMs(task: string): number | null {
    const meanMs = this.#briefMs(task);
    return meanMs === null || meanMs > shortMs ? null : meanMs;
  }

  /** Whether the next job of a worker is worth being claimed while the worker still runs this task. */
  isBrief(task: string): boolean {
    return this.#briefMs(task) !== null;
  }

  /** The expected length of a run; null where one of late was long. */
  #briefMs(task: string): number | null {
    const pace = this.#paces.get(task);
    return !pace || pace.runsSinceLong < provenRuns ? null : pace.meanMs;
  }
}
