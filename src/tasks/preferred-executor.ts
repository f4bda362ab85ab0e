import type { ExecutorName } from "../config/modes.ts";
import type { Task } from "./task.ts";

/**
 * Where the runs of a task go if nobody asks for an executor: to the one that it names, or to the
 * server's own if this server has not got that.
 */
export function preferredExecutor(
  { executor }: Pick<Task, "executor">,
  own: ExecutorName,
  has: (name: ExecutorName) => boolean,
): ExecutorName {
  return executor !== undefined && has(executor) ? executor : own;
}
