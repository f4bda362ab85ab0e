/** The tasks for the reference processes: the very functions that the server runs. */
import { parseConfig } from "../../src/config.ts";
import { AppError } from "../../src/errors.ts";
import { checkInput } from "../../src/tasks/check.ts";
import { loadTaskFile } from "../../src/tasks/load.ts";
import { builtInTasks, createRegistry } from "../../src/tasks/registry.ts";
import type { Task } from "../../src/tasks/task.ts";

/** The named task of the server's own or of the user's files, under the server's default limits. */
export async function loadTask(name: string, files: readonly string[]): Promise<Task> {
  const parsed = parseConfig([], {}, 1);
  if (parsed.kind !== "serve") throw new Error("The server's defaults cannot be read");
  const own = await Promise.all(files.map(loadTaskFile));
  const tasks = createRegistry([...builtInTasks(parsed.config), ...own.flat()]);
  const task = tasks.get(name);
  if (task !== undefined) return task;
  const known = tasks.list().map((known) => known.name);
  throw new Error(`--task ${name}: there is no such task. There are ${known.join(", ")}`);
}

/** @throws Error that names every field which the task does not accept */
export function checked(task: Task, input: unknown): unknown {
  try {
    return checkInput(task, input);
  } catch (error) {
    if (error instanceof AppError) throw new Error(`--input for ${task.name}: ${error.detail}`);
    throw error;
  }
}

/** A result as the server writes it: bytes as base64. */
export function resultText(result: unknown): string {
  return JSON.stringify(result ?? null, (_key, value: unknown) =>
    value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
      : value,
  );
}
