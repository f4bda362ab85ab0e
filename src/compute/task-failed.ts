import { AppError, messageOf } from "../errors.ts";
import type { Task } from "../tasks/task.ts";

/** What a client sees when a task throws. The error itself is the cause, for the log. */
export function taskFailedError(task: Task, error: unknown): AppError {
  const detail = `Task ${task.name} failed: ${messageOf(error)}`;
  return new AppError("task-failed", detail, { cause: error });
}
