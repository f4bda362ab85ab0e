/** What the error of a run says about the attempt. */
import { AppError, messageOf } from "../errors.ts";
import type { ProblemType } from "../problems.ts";

/** The run never started, or the server broke it off: the attempt does not count. */
const notRun: readonly ProblemType[] = ["overloaded", "queue-timeout", "draining"];

/** Another attempt may end differently. */
const passing: readonly ProblemType[] = [
  "task-failed",
  "task-postponed",
  "run-crashed",
  "run-timeout",
];

export function isNotRun(error: unknown): boolean {
  return error instanceof AppError && notRun.includes(error.type);
}

/** Whether another attempt may help: the task threw, lost its thread or took too long. */
export function mayEndOtherwise(error: unknown): boolean {
  return error instanceof AppError && passing.includes(error.type);
}

export function appErrorOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const [cause, logged] = [thrown, messageOf(thrown)];
  return new AppError("internal-error", "The server made a mistake.", { cause, logged });
}

/** The job cannot be run by this server. */
export function noTaskError(name: string): AppError {
  const detail = `This server has no task ${name}. Start it with the --tasks file that has it. Then run the job again with POST /jobs/:id/retry.`;
  return new AppError("not-found", detail);
}
