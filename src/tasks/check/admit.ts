import { AppError, messageOf } from "../../errors.ts";
import { loadTaskFile } from "../load.ts";
import type { Task } from "../task.ts";
import { checkInput } from "./check.ts";

/**
 * The tasks of a user's file. Examples work: people try first what `GET /tasks` shows. Threads load the file without this check, since a worker has made it.
 *
 * @throws Error that names the file, the task, the field and the remedy; see `loadTaskFile`
 */
export async function admitTaskFile(file: string): Promise<readonly Task[]> {
  const tasks = await loadTaskFile(file);
  for (const task of tasks) requireExample(file, task);
  return tasks;
}

/** Checks the example as a client would send it: written as JSON and read again. */
function requireExample(file: string, task: Task): void {
  if (task.example === undefined) return;
  try {
    checkInput(task, JSON.parse(JSON.stringify(task.example)));
  } catch (cause) {
    const subject = `Task file ${file}: "example" of task ${task.name} must be an input that works`;
    throw new Error(`${subject}. ${wordsOf(cause)}`, { cause });
  }
}

/** All that is known: the author reads it. */
function wordsOf(cause: unknown): string {
  return cause instanceof AppError ? cause.loggedDetail : messageOf(cause);
}
