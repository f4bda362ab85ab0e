/** Tasks for the reference processes: the same functions that the server runs. */
import { isDeepStrictEqual } from "node:util";
import { parseConfig } from "../../../src/config/config.ts";
import { nearest } from "../../../src/config/nearest.ts";
import { AppError, messageOf } from "../../../src/errors.ts";
import { checkInput } from "../../../src/tasks/check/check.ts";
import { loadTaskFile } from "../../../src/tasks/load.ts";
import { jsonOf } from "../../../src/tasks/output/output.ts";
import { untold } from "../../../src/tasks/progress.ts";
import { builtInTasks, createRegistry } from "../../../src/tasks/registry.ts";
import type { Task } from "../../../src/tasks/task.ts";

/** A built-in task or one of the user's files, under the server's default limits. */
export async function loadTask(name: string, files: readonly string[]): Promise<Task> {
  const parsed = parseConfig([], {}, 1);
  if (parsed.kind !== "serve") throw new Error("The server's defaults cannot be read");
  const load = async (file: string) => ({ file, tasks: await loadTaskFile(file) });
  const own = await Promise.all(files.map(load));
  const tasks = createRegistry(builtInTasks(parsed.config), own);
  const task = tasks.get(name);
  if (task !== undefined) return task;
  const known = tasks.list().map((known) => known.name);
  const meant = nearest(name, known);
  const hint = meant === undefined ? "" : `. Did you mean ${meant}?`;
  throw new Error(`--task ${name}: there is no such task. There are ${known.join(", ")}${hint}`);
}

/** @throws Error that names every field which the task does not accept */
export function requireChecked(task: Task, input: unknown): unknown {
  try {
    return checkInput(task, input);
  } catch (error) {
    if (error instanceof AppError) throw new Error(`--input for ${task.name}: ${error.detail}`);
    throw error;
  }
}

/**
 * Runs a task, and writes its result by the server's own function.
 *
 * @throws Error that names the task
 */
export async function runToText(task: Task, input: unknown): Promise<string> {
  let result: unknown;
  try {
    result = await task.run(input, untold);
  } catch (error) {
    throw new Error(`${task.name} failed on its input: ${messageOf(error)}`, { cause: error });
  }
  try {
    return jsonOf(task, result);
  } catch (error) {
    throw error instanceof AppError ? new Error(error.detail, { cause: error }) : error;
  }
}

/**
 * The input to send to a server. It has its defaults filled in, which shows what is measured. If
 * the schema transforms its input, it is sent as it was given.
 */
export function chooseInputToSend(task: Task, given: unknown, read: unknown): unknown {
  try {
    const filled = JSON.parse(JSON.stringify(read)) as unknown;
    return isDeepStrictEqual(checkInput(task, filled), read) ? filled : given;
  } catch {
    return given;
  }
}
