/**
 * The tasks of a server. To add a built-in one: a folder in builtin/ with its function (checked
 * input in, result out; no zod, since threads load it) and its `defineTask`; a line with the task in
 * `builtInTasks` below; and a line with the function in builtin/kernels.ts, for threads. A test
 * fails where the two lists differ.
 */
import type { HashLimits } from "./builtin/hash/caps.ts";
import { hashTask } from "./builtin/hash/hash.ts";
import { jsonTask } from "./builtin/json/json.ts";
import { matrixTask } from "./builtin/matrix/matrix.ts";
import { primesTask } from "./builtin/primes/primes.ts";
import type { Task } from "./task.ts";

/** The most that one run of a built-in task may cost on this server. */
export type TaskLimits = HashLimits;

/** The tasks of a server, by name. */
export interface TaskRegistry {
  get(name: string): Task | undefined;
  /** In the order of their names. */
  list(): readonly Task[];
}

/** The tasks that every server has. */
export function builtInTasks(limits: TaskLimits): readonly Task[] {
  return [hashTask(limits), jsonTask, matrixTask, primesTask];
}

/** A user's file and its tasks. */
export interface TaskFile {
  /** As it was given. */
  readonly file: string;
  readonly tasks: readonly Task[];
}

/** @throws Error if two tasks have one name; it names both places */
export function createRegistry(
  builtIn: readonly Task[],
  own: readonly TaskFile[] = [],
): TaskRegistry {
  const byName = new Map<string, Task>();
  const fileOf = new Map<string, string>();
  for (const task of builtIn) byName.set(task.name, task);
  for (const { file, tasks } of own) {
    for (const task of tasks) {
      const { name } = task;
      if (byName.has(name)) throw new Error(nameTaken(name, file, fileOf.get(name)));
      byName.set(name, task);
      fileOf.set(name, file);
    }
  }
  const list = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { get: (name) => byName.get(name), list: () => list };
}

/** @param first the file of the other task; undefined for a built-in one */
function nameTaken(name: string, file: string, first: string | undefined): string {
  if (first === undefined) {
    return `Task file ${file}: ${name} is a built-in task; choose another name`;
  }
  const where = first === file ? `Task file ${file} has` : `Task files ${first} and ${file} have`;
  return `${where} two tasks named ${name}: give each its own name, and each file once`;
}
