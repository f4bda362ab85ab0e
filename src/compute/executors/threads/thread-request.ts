import type { Task } from "../../../tasks/task.ts";
import type { RunEvents } from "../../executor.ts";
import type { ThreadRequest } from "./thread.ts";

/**
 * What a thread gets in order to carry out a run.
 *
 * @param told the number for what the run says; undefined if nobody listens
 */
export function requestOf(
  task: Task,
  input: unknown,
  { isCpuAsked = true, listener, startMark, attempt = 1, span }: RunEvents,
  told: number | undefined,
): ThreadRequest {
  const isAttempt = listener?.onCheckpoint !== undefined || listener?.onProgress !== undefined;
  const { lastCheckpoint } = listener ?? {};
  const asked = { isAttempt, lastCheckpoint, attempt, isCpuAsked, startMark };
  const trace = span && { trace: span.carrier };
  return { task: task.name, input, told: told ?? null, ...asked, ...trace };
}
