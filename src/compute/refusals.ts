/** Errors of the dispatcher: for a run that it refuses, or breaks off. */
import { printMebibytes } from "../config/mebibytes.ts";
import { AppError } from "../errors.ts";
import type { Task } from "../tasks/task.ts";
import type { Executor } from "./executor.ts";

export function overloadedError(waiting: number, retryAfterSeconds: number): AppError {
  const detail = `The queue is full: ${waiting} runs wait (--max-pending). Try again after the time in Retry-After.`;
  return new AppError("overloaded", detail, { headers: retryAfter(retryAfterSeconds) });
}

/** For a waiting run. */
export function gaveWayError(waiting: number, retryAfterSeconds: number): AppError {
  const detail = `The queue is full: ${waiting} runs wait (--max-pending), and this client has more of them than any other. Its newest one gave way to another client. Try again after the time in Retry-After.`;
  return new AppError("overloaded", detail, { headers: retryAfter(retryAfterSeconds) });
}

export function queueTimeoutError(queueTimeoutMs: number, retryAfterSeconds: number): AppError {
  const detail = `No slot was free within ${queueTimeoutMs} ms (--queue-timeout). Try again after the time in Retry-After.`;
  return new AppError("queue-timeout", detail, { headers: retryAfter(retryAfterSeconds) });
}

/** For a run that has a slot. */
export function noThreadError(queueTimeoutMs: number): AppError {
  const detail = `No thread was up within ${queueTimeoutMs} ms (--queue-timeout): one that takes the place of another has not booted yet. Try again after the time in Retry-After.`;
  return new AppError("queue-timeout", detail, { headers: retryAfter(1) });
}

/** No wait would help: the input asks for too much on this machine. */
export function tooMuchMemoryError(task: Task, neededBytes: number, memoryBytes: number): AppError {
  const message = `a run of it needs ${printMebibytes(neededBytes)} of memory, and the runs of each worker may take ${printMebibytes(memoryBytes)}`;
  const remedy = "Ask for less, or start the server with fewer --workers or on more memory.";
  const detail = `The input of ${task.name} asks for too much: ${message} together. ${remedy}`;
  return new AppError("invalid-input", detail, { errors: [{ path: "", message }] });
}

export function drainingError(): AppError {
  const detail = "This worker is stopping and takes no new runs. Send the request again.";
  return new AppError("draining", detail, { headers: { ...retryAfter(1), Connection: "close" } });
}

const remedies = {
  "--run-timeout": "or raise --run-timeout",
  timeoutMs: "or give the job a longer timeoutMs",
  "the task's timeoutMs": "or raise the timeoutMs of the task",
} as const;

/** @param limit what set the time: a flag, the job's own field, or the task */
export function runTimeoutError(
  task: Task,
  executor: Executor,
  runTimeoutMs: number,
  limit: keyof typeof remedies,
): AppError {
  const fate = executor.canInterrupt
    ? "Its thread was ended."
    : `The executor ${executor.name} cannot interrupt a run; threads can (--executor threads).`;
  const detail = `The run of ${task.name} took longer than ${runTimeoutMs} ms (${limit}). ${fate} Ask for less work, ${remedies[limit]}.`;
  return new AppError("run-timeout", detail);
}

/** For a run that only the end of its process ends. */
export function hungMessage(
  task: Task,
  executor: Executor,
  runTimeoutMs: number,
  hangTimeoutMs: number,
): string {
  const times = `its time of ${runTimeoutMs} ms and ${hangTimeoutMs} ms more (--hang-timeout)`;
  return `The run of ${task.name} in ${executor.name} has not ended within ${times}. Its worker is killed and replaced.`;
}

function retryAfter(seconds: number): Record<string, string> {
  return { "Retry-After": String(seconds) };
}
