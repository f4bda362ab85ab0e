import type { ModelJob } from "./model-job.ts";

/** Whose turn it is (docs/ordering.md). */
export class ModelOrder {
  /** No job is started. */
  isPaused = false;
  /** How many jobs of a task may run at once. */
  taskLimits: Readonly<Record<string, number>> = {};
  readonly #groupLimits = new Map<string, number>();
  readonly #jobs: readonly ModelJob[];

  constructor(jobs: readonly ModelJob[]) {
    this.#jobs = jobs;
  }

  /** A job was accepted whose group has this limit. */
  limitGroup(group: string, concurrency: number | null): void {
    if (concurrency !== null) this.#groupLimits.set(group, concurrency);
  }

  /** A limit is forgotten with the last job of its group. */
  forgetGroups(): void {
    for (const group of this.#groupLimits.keys()) {
      const isLeft = this.#jobs.some((job) => job.group === group && job.state !== "gone");
      if (!isLeft) this.#groupLimits.delete(group);
    }
  }

  /**
   * The higher priority goes first, then the group with the fewest running jobs, then the oldest of its
   * jobs. Of several groups with as many, the model takes any.
   */
  next(ready: readonly ModelJob[]): ModelJob[] {
    if (this.isPaused) return [];
    const free = ready.filter((job) => this.#hasRoom(job));
    const priority = Math.max(...free.map((job) => job.priority));
    const first = free.filter((job) => job.priority === priority);
    const fewest = Math.min(...first.map(({ group }) => this.#runningIn(group)));
    const groups = Map.groupBy(first, ({ group }) => group);
    return [...groups].flatMap(([group, [oldest]]) =>
      oldest && this.#runningIn(group) === fewest ? [oldest] : [],
    );
  }

  #hasRoom({ task, group }: ModelJob): boolean {
    const ofTask = this.#running.filter((job) => job.task === task).length;
    if (ofTask >= (this.taskLimits[task] ?? Number.POSITIVE_INFINITY)) return false;
    const limit = group === null ? undefined : this.#groupLimits.get(group);
    return this.#runningIn(group) < (limit ?? Number.POSITIVE_INFINITY);
  }

  #runningIn(group: string | null): number {
    return this.#running.filter((job) => job.group === group).length;
  }

  get #running(): readonly ModelJob[] {
    return this.#jobs.filter((job) => job.state === "running");
  }
}
