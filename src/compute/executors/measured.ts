import type { StopSignal } from "../../stop.ts";
import { isThenable } from "../../tasks/thenable.ts";
import type { Ran } from "../executor.ts";
import { roughThreadCpuMs, threadCpuMs } from "./thread-cpu.ts";

/** For a run of this length, the error of the rough reading at its start does not matter. */
const longMs = 50;

export type Measured = Omit<Ran, "thread">;

/**
 * Calls `run` on this thread and measures it.
 *
 * @param ownThread whether the thread does nothing else until an asynchronous run has ended, so
 *   that all its CPU time is the run's. On a shared event loop the `cpuMs` of such a run is null.
 * @param signal ends the wait for an asynchronous run, with its reason; the run itself may go on
 * @param isCpuAsked whether the caller wants `cpuMs` of a short run, too: reading it takes some 14 us
 *   a run. For a run of 50 ms or more it is always measured.
 */
export async function runMeasured(
  run: () => unknown,
  ownThread: boolean,
  signal?: StopSignal,
  isCpuAsked = true,
): Promise<Measured> {
  const startedAt = performance.now();
  const cpuMsAtStart = isCpuAsked ? threadCpuMs() : roughThreadCpuMs();
  const measured = (result: unknown, isOwn: boolean): Measured => {
    const ranMs = performance.now() - startedAt;
    const isMeasured = isOwn && (isCpuAsked || ranMs >= longMs);
    return { result, ranMs, cpuMs: isMeasured ? threadCpuMs() - cpuMsAtStart : null };
  };
  const returned = run();
  if (!isThenable(returned)) return measured(returned, true);
  return measured(await (signal ? unlessAborted(returned, signal) : returned), ownThread);
}

async function unlessAborted<T>(promised: PromiseLike<T>, signal: StopSignal): Promise<T> {
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
