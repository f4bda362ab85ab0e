import type { Task } from "../tasks/task.ts";
import { Lane } from "./lane.ts";
import type { WaitingRun } from "./waiting-line.ts";

interface Parked {
  readonly run: WaitingRun;
  readonly enter: () => void;
}

/**
 * How many live runs of one task are in: they run, or wait for a slot. Further ones are parked here,
 * so that they hold up no run of another task.
 */
export class TaskLimit {
  readonly #most: number;
  #in = 0;
  readonly #parked = new Lane<Parked>();

  constructor(most: number) {
    this.#most = most;
  }

  get parked(): number {
    return this.#parked.length;
  }

  get firstParked(): WaitingRun | undefined {
    return this.#parked.first?.run;
  }

  get hasRoom(): boolean {
    return this.#in < this.#most;
  }

  /** @returns whether one more run may be in; it is then */
  take(): boolean {
    if (this.#in >= this.#most) return false;
    this.#in++;
    return true;
  }

  /** A run that was in has ended, or has left. The next of those that are parked takes its place. */
  giveBack(): void {
    const next = this.#parked.first;
    if (next) next.enter();
    else this.#in--;
  }

  /**
   * @param enter puts the run into the line, and returns how it leaves it
   * @returns how the run leaves, wherever it is: a place that it had goes to the next
   */
  park(run: WaitingRun, enter: () => () => void): () => void {
    const parked: Parked = {
      run,
      enter: () => {
        unpark();
        leave = enter();
      },
    };
    const unpark = this.#parked.insert(parked, (other) => other.run.turn > run.turn);
    let leave = unpark;
    return () => leave();
  }
}

/** The limits of the tasks that have one (`concurrency`), in one worker. */
export class TaskLimits {
  readonly #limits = new Map<string, TaskLimit>();

  of({ name, concurrency }: Task): TaskLimit | undefined {
    if (concurrency === undefined) return undefined;
    const known = this.#limits.get(name);
    if (known) return known;
    const limit = new TaskLimit(concurrency);
    this.#limits.set(name, limit);
    return limit;
  }

  /** How many runs are parked, of all tasks. */
  get parked(): number {
    let sum = 0;
    for (const limit of this.#limits.values()) sum += limit.parked;
    return sum;
  }

  get anyParked(): WaitingRun | undefined {
    for (const { firstParked } of this.#limits.values()) if (firstParked) return firstParked;
    return undefined;
  }
}
