import { extname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { messageOf } from "../../../errors.ts";
import type { ThreadEnded } from "../../../telemetry/events.ts";
import type { ThreadSetups } from "../../setups.ts";
import { hardLimitMb } from "./heap-watch.ts";
import type { ThreadAnswer, ThreadRequest } from "./thread.ts";
import type { ThreadData } from "./thread-tasks.ts";

export interface ThreadPoolOptions {
  readonly threads: number;
  /** Limit of each thread's heap. Only the run that exceeds it fails. */
  readonly heapBytes: number;
  readonly taskFiles: readonly string[];
  readonly setups?: ThreadSetups;
  /** Called with the error of a thread that failed while it had no run. */
  readonly onError: (error: Error) => void;
  /** Called when a thread has ended and another one takes its place. */
  readonly onEnd?: (ended: ThreadEnded) => void;
}

export type Pool = Piscina<ThreadRequest | null, ThreadAnswer>;

export function openPool({ threads, heapBytes, taskFiles, setups }: ThreadPoolOptions): Pool {
  const workerData: ThreadData = { taskFiles, lazily: setups?.lazily ?? [], heapBytes };
  return new Piscina({
    filename: fileURLToPath(new URL(`./thread${extname(import.meta.url)}`, import.meta.url)),
    name: "answer",
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: { maxOldGenerationSizeMb: hardLimitMb(heapBytes) },
    recordTiming: false, // Outcomes have the times.
    workerData,
  });
}

/**
 * Calls the teardowns in every thread: the pool gives each idle one a call.
 *
 * @param idle how many threads are up and have no run
 * @returns what went wrong, in words
 */
export async function tearDownThreads(
  pool: Pool,
  idle: number,
  withinMs: number,
): Promise<readonly string[]> {
  const over = new AbortController();
  const late = pause(withinMs, ["A thread did not end its teardowns in time"], over);
  const calls = Array.from({ length: idle }, () => callTearDown(pool, withinMs));
  const told = await Promise.all(calls.map((call) => Promise.race([call, late])));
  over.abort();
  await late.catch(() => {});
  return [...new Set(told.flat())];
}

async function callTearDown(pool: Pool, withinMs: number): Promise<readonly string[]> {
  try {
    const teardown = pool as unknown as Piscina<number, readonly string[]>;
    // Less, so that it can still say which teardown did not end.
    return await teardown.run(Math.ceil(0.8 * withinMs), { name: "tearDown" });
  } catch (error) {
    return [`A thread ended in its teardowns: ${messageOf(error)}`];
  }
}
