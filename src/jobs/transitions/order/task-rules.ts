import type { Pool } from "./line.ts";

const open: readonly Pool[] = ["open"];
const held: readonly Pool[] = ["held"];
const both: readonly Pool[] = ["held", "open"];
const none: readonly Pool[] = [];

/** What holds for tasks at the moment: which are paused, limited, or on probation. */
export class TaskRules {
  #limits: ReadonlyMap<string, number> = new Map();
  #onProbation: ReadonlySet<string> = new Set();
  #paused: ReadonlySet<string> = new Set();
  #isPaused = false;

  /** @param limits how many jobs of a task may run at once; a task without a limit is not named */
  setLimits(limits: ReadonlyMap<string, number>): void {
    this.#limits = limits;
  }

  /** @param all whether no job of any task is to start */
  setPaused(tasks: Iterable<string>, all: boolean): void {
    this.#paused = new Set(tasks);
    this.#isPaused = all;
  }

  /** Jobs of these tasks run alone on their worker. */
  setProbation(tasks: Iterable<string>): void {
    this.#onProbation = new Set(tasks);
  }

  /** How many jobs of a task may run at once in the whole server. */
  limitOf(task: string): number {
    return this.#limits.get(task) ?? Number.POSITIVE_INFINITY;
  }

  /**
   * From which of a task's lines a job may start now.
   *
   * @param alone whether a job is wanted that runs with no other on its worker
   */
  poolsOf(task: string, alone: boolean): readonly Pool[] {
    if (this.#isPaused || this.#paused.has(task)) return none;
    if (this.#onProbation.has(task)) return alone ? both : none;
    return alone ? held : open;
  }
}
