import type { Ran } from "../executor.ts";
import { threadCpuMs } from "./thread-cpu.ts";

export type Measured = Omit<Ran, "thread">;

/**
 * Calls `run` on this thread and measures it.
 *
 * @param ownThread whether the thread does nothing else until an asynchronous run has ended, so
 *   that all its CPU time is the run's. On a shared event loop the `cpuMs` of such a run is null.
 * @param signal ends the wait for an asynchronous run, with its reason; the run itself may go on
 * @param isCpuAsked whether the caller wants `cpuMs`: reading it takes some 14 us a run
 */
export async function runMeasured(
  run: () => unknown,
  ownThread: boolean,
  signal?: AbortSignal,
  isCpuAsked = true,
): Promise<Measured> {
  const startedAt = performance.now();
  const cpuMsAtStart = isCpuAsked ? threadCpuMs() : 0;
  const returned = run();
  if (!isThenable(returned)) {
    const cpuMs = isCpuAsked ? threadCpuMs() - cpuMsAtStart : null;
    return { result: returned, ranMs: performance.now() - startedAt, cpuMs };
  }
  const result = await (signal ? unlessAborted(returned, signal) : returned);
  const cpuMs = ownThread && isCpuAsked ? threadCpuMs() - cpuMsAtStart : null;
  return { result, ranMs: performance.now() - startedAt, cpuMs };
}

async function unlessAborted<T>(promised: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promised, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
