/** Errors for threads that ended, made from what Piscina reports. */
import { printMebibytes } from "../../../config/mebibytes.ts";
import { AppError, messageOf, propertyOf } from "../../../errors.ts";
import type { Task } from "../../../tasks/task.ts";
import { MemoryShort } from "./heap-watch.ts";

/** The run was lost with its thread. */
export function crashError(task: Task, thrown: unknown, heapBytes: number): AppError {
  const lost = `The run of ${task.name} was lost with its thread`;
  const how = howItEnded(thrown, heapBytes);
  if (how !== undefined) return new AppError("run-crashed", `${lost}: ${how}`, { cause: thrown });
  const threw = `${lost}: it threw an error that nothing caught`;
  const logged = `${threw}: ${messageOrNote(thrown)}.`;
  return new AppError("run-crashed", `${threw}.`, { cause: thrown, logged });
}

/** The run never reached a thread: its input cannot be cloned. */
export function unsendableError(task: Task, thrown: unknown): AppError {
  const remedy = "Its schema has to return plain data. Or ask for another executor.";
  const detail = `The input of ${task.name} cannot be handed to a thread: ${messageOf(thrown)} ${remedy}`;
  return new AppError("executor-unavailable", detail, { cause: thrown });
}

/** Whether this process threw that when it posted a run, and not the thread. */
export function isUnsendable(thrown: unknown): boolean {
  return propertyOf(thrown, "name") === "DataCloneError";
}

/**
 * Why a thread could not start. The error of a task file is returned as it is.
 *
 * @param step the setup that the thread was running, if any
 */
export function bootError(
  thrown: unknown,
  files: readonly string[],
  step: string | undefined,
  heapBytes: number,
): Error {
  const how = howItEnded(thrown, heapBytes);
  if (how === undefined) return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
  const loading = files.length === 0 ? "it started" : `it was loading ${files.join(", ")}`;
  const what = step === undefined ? loading : `it ran the ${step}`;
  return new Error(`A thread ended while ${what}: ${how}`, { cause: thrown });
}

/** Whether it only says that a run had ended in its thread when Piscina had already given it up. */
export function isLateAnswer(thrown: unknown): boolean {
  return messageOf(thrown).startsWith("Unexpected message from Worker");
}

/** The error that Piscina makes when a thread exits. */
export function exitError(code: number): Error {
  return new Error(`worker exited with code: ${code}`);
}

/** @returns undefined if something thrown there ended it */
function howItEnded(thrown: unknown, heapBytes: number): string | undefined {
  if (thrown instanceof MemoryShort) return `${thrown.message}.`;
  if (propertyOf(thrown, "code") === "ERR_WORKER_OUT_OF_MEMORY") {
    return `it used up the ${printMebibytes(heapBytes)} of heap that a thread has (--thread-memory).`;
  }
  const exit = /^worker exited with code: (\d+)$/.exec(messageOf(thrown));
  return exit ? `process.exit(${exit[1]}) was called there.` : undefined;
}

function messageOrNote(thrown: unknown): string {
  return messageOf(thrown) || "an error without a message";
}
