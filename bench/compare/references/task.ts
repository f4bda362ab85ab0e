/** Tasks for the reference processes: the same functions that the server runs. */
import { Setups, wholeTextOf } from "../../../src/compute/setups.ts";
import { parseConfig } from "../../../src/config/config.ts";
import { nearest } from "../../../src/config/nearest.ts";
import { AppError, messageOf } from "../../../src/errors.ts";
import { checkInput } from "../../../src/tasks/check/check.ts";
import { loadTaskSources } from "../../../src/tasks/check/load-sources.ts";
import { openContext } from "../../../src/tasks/context.ts";
import { bareBytesOf, jsonOf } from "../../../src/tasks/output/output.ts";
import { builtInTasks, createRegistry } from "../../../src/tasks/registry.ts";
import type { RunContext } from "../../../src/tasks/run-context.ts";
import type { Task } from "../../../src/tasks/task.ts";
import type { TypedBytes } from "../../load/generator/expect-bytes.ts";

/** A built-in task or one of the user's files, under the server's default limits. */
export async function loadTask(name: string, files: readonly string[]): Promise<Task> {
  const parsed = parseConfig([], {}, 1);
  if (parsed.kind !== "serve") throw new Error("The server's defaults cannot be read");
  const own = await loadTaskSources(files);
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
    if (error instanceof AppError)
      throw new Error(`--input for ${task.name}: ${error.loggedDetail}`);
    throw error;
  }
}

/** The result as JSON, or bytes with their type. */
export type Answer = string | TypedBytes;

/**
 * Runs a task, and writes its result by the server's own functions.
 *
 * @throws Error that names the task
 */
export async function runToAnswer(
  task: Task,
  input: unknown,
  context: RunContext<unknown>,
): Promise<Answer> {
  let result: unknown;
  try {
    result = await task.run(input, context);
  } catch (error) {
    throw new Error(`${task.name} failed on its input: ${messageOf(error)}`, { cause: error });
  }
  try {
    const bytes = bareBytesOf(task, result);
    return bytes ? { type: bytes.type, data: bytes.bare } : jsonOf(task, result);
  } catch (error) {
    throw error instanceof AppError ? new Error(error.loggedDetail, { cause: error }) : error;
  }
}

const setups = new Setups();

/**
 * Sets the task up as a worker does, once.
 *
 * @returns the context of all its runs, to which nobody listens
 * @throws Error with all that is known of a setup that failed
 */
export async function openTask(task: Task): Promise<RunContext<unknown>> {
  try {
    await setups.setUp(task);
  } catch (error) {
    throw new Error(wholeTextOf(error), { cause: error });
  }
  return openContext({}).contextWith(setups.resourcesOf(task));
}
