import { AppError, messageOf } from "../errors.ts";
import { decisionOf } from "../tasks/decision.ts";
import type { Task } from "../tasks/task.ts";

/**
 * What a client sees when a task throws. The error itself is the cause, for the log. Its message is
 * for clients only if the task has decided something by it.
 */
export function taskFailedError(task: Task, error: unknown): AppError {
  const decision = decisionOf(error);
  const failed = `Task ${task.name} failed`;
  const detail = `${failed}: ${messageOf(error)}`;
  if (!decision) return new AppError("task-failed", `${failed}.`, { cause: error, logged: detail });
  switch (decision.kind) {
    case "refuse-input":
      return refusedError(task, error, decision.path);
    case "retry-after":
    case "snooze":
      return postponedError(task, error, decision);
    default:
      return new AppError("task-failed", detail, { cause: error, code: decision.code });
  }
}

/** The task refused what its schema let pass. */
function refusedError(task: Task, error: unknown, path: string): AppError {
  const message = messageOf(error);
  const subject = `The input of ${task.name}`;
  const detail = `${subject} is not valid. ${path || `${subject} itself`}: ${message}.`;
  return new AppError("invalid-input", detail, { cause: error, errors: [{ path, message }] });
}

/** The task asked to be run again later. */
function postponedError(
  task: Task,
  error: unknown,
  { ms, code }: { readonly ms: number; readonly code?: string | undefined },
): AppError {
  const why = messageOf(error);
  const asks = `Task ${task.name} asks to be run again in ${ms} ms`;
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return new AppError("task-postponed", why === "" ? `${asks}.` : `${asks}: ${why}`, {
    cause: error,
    code,
    headers: { "Retry-After": String(seconds) },
  });
}
