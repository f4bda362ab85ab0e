import { hashTask } from "./hash.ts";
import type { HashLimits } from "./hash-caps.ts";
import { jsonTask } from "./json.ts";
import { matrixTask } from "./matrix.ts";
import { primesTask } from "./primes.ts";
import type { Task } from "./task.ts";

/** What the server lets one run of a built-in task cost. */
export type TaskLimits = HashLimits;

/** The tasks that a server knows, each by its own name. */
export interface TaskRegistry {
  get(name: string): Task | undefined;
  /** In the order of their names. */
  list(): readonly Task[];
}

/** The tasks that every server has. */
export function builtInTasks(limits: TaskLimits): readonly Task[] {
  return [hashTask(limits), jsonTask, matrixTask, primesTask];
}

/** @throws Error where two tasks have one name, naming it */
export function createRegistry(tasks: readonly Task[]): TaskRegistry {
  const byName = new Map<string, Task>();
  for (const task of tasks) {
    if (byName.has(task.name)) {
      throw new Error(
        `Two tasks are named ${task.name}: give each its own name, and none of a built-in task`,
      );
    }
    byName.set(task.name, task);
  }
  const list = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { get: (name) => byName.get(name), list: () => list };
}
