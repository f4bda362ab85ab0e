/** The tasks that a thread can run, by name, and what their setups made in it. */
import { parentPort, threadId, workerData } from "node:worker_threads";
import { kernels } from "../../../tasks/builtin/kernels.ts";
import { loadTaskFile } from "../../../tasks/load.ts";
import { lockGlobals } from "../../../tasks/lock-globals.ts";
import type { Task } from "../../../tasks/task.ts";
import { Setups } from "../../setups.ts";
import { handleStrays } from "../../strays.ts";

export interface ThreadData {
  /** Files with the user's tasks. */
  readonly taskFiles: readonly string[];
  /** Tasks that are set up with their first run here: as a rule their runs go elsewhere. */
  readonly lazily: readonly string[];
  /** `--thread-memory`. */
  readonly heapBytes: number;
}

/** Posted when a task's promise was rejected after its run, and nothing handled that: the words. */
export interface ThreadStray {
  readonly stray: string;
}

/** Posted before a setup and after it: what that thread sets up. */
export interface ThreadStep {
  readonly thread: number;
  readonly step: string;
  readonly isOver: boolean;
}

/** What a thread needs of a task. Its input has been checked. */
export type ThreadTask = Pick<Task, "name" | "run" | "setup" | "teardown">;

const tasks = new Map<string, ThreadTask>();
const files = new Map<string, string>();

export const setups = new Setups({
  fileOf: (task) => files.get(task),
  onStep: (step, isOver) =>
    parentPort?.postMessage({ thread: threadId, step, isOver } satisfies ThreadStep),
});

/** @returns finds a task by its name */
export async function loadThreadTasks(): Promise<(name: string) => ThreadTask | undefined> {
  const { taskFiles, lazily } = workerData as ThreadData;
  lockGlobals();
  handleStrays(
    (task) => files.get(task),
    (stray) => parentPort?.postMessage({ stray } satisfies ThreadStray),
  );
  for (const [name, run] of Object.entries(kernels)) {
    tasks.set(name, { name, run: run as ThreadTask["run"] });
  }
  for (const file of taskFiles) {
    for (const task of await loadTaskFile(file)) {
      tasks.set(task.name, task);
      files.set(task.name, file);
    }
  }
  for (const task of tasks.values()) if (!lazily.includes(task.name)) await setups.setUp(task);
  return (name) => tasks.get(name);
}
