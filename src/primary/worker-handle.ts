import { backOffMs } from "./back-off.ts";

/** A life that serves for this long is a success: the next death starts the back-off anew. */
export const stableMs = 60_000;

/**
 * The primary's view of one worker, apart from the process itself (after puma's WorkerHandle). It
 * outlives the process: the replacement has the same number. All times are the clock's.
 */
export interface WorkerHandle {
  /** From 1. */
  readonly number: number;
  /** `absent`: no process. `leaving`: told to drain, or killed, and not gone yet. */
  readonly stage: "absent" | "booting" | "ready" | "leaving";
  readonly pid: number | undefined;
  readonly forkedAt: number;
  readonly readyAt: number | undefined;
  /** When `absent`, the time to fork it (undefined: never); when `booting`, the end of its patience. */
  readonly dueAt: number | undefined;
  /** Lives in a row that ended before a stable minute. */
  readonly shortLives: number;
  /** Why it could not boot: the first reason that came up. */
  readonly bootError: string | undefined;
}

export function newWorker(number: number): WorkerHandle {
  return {
    number,
    stage: "absent",
    pid: undefined,
    forkedAt: 0,
    readyAt: undefined,
    dueAt: undefined,
    shortLives: 0,
    bootError: undefined,
  };
}

export function booting(worker: WorkerHandle, now: number, bootTimeoutMs: number): WorkerHandle {
  const { number, shortLives } = worker;
  const dueAt = now + bootTimeoutMs;
  return { ...newWorker(number), stage: "booting", forkedAt: now, dueAt, shortLives };
}

export function ready(worker: WorkerHandle, now: number): WorkerHandle {
  return { ...worker, stage: "ready", readyAt: now, dueAt: undefined };
}

export function leaving(worker: WorkerHandle, bootError?: string): WorkerHandle {
  return { ...worker, stage: "leaving", dueAt: undefined, bootError };
}

/** Without a process, and not to be forked again. */
export function gone(worker: WorkerHandle): WorkerHandle {
  return { ...worker, stage: "absent", pid: undefined, dueAt: undefined };
}

/** Without a process, to be forked again when the back-off is over. */
export function awaitingFork(worker: WorkerHandle, now: number, random: number): WorkerHandle {
  const stable = worker.readyAt !== undefined && now - worker.readyAt >= stableMs;
  const shortLives = stable ? 1 : worker.shortLives + 1;
  return { ...gone(worker), shortLives, dueAt: now + backOffMs(shortLives, random) };
}

export function hasProcess({ stage }: WorkerHandle): boolean {
  return stage !== "absent";
}

export function isDue({ dueAt }: WorkerHandle, now: number): boolean {
  return dueAt !== undefined && now >= dueAt;
}

/** `worker 2 (pid 123)` */
export function nameOf({ number, pid }: WorkerHandle): string {
  return pid === undefined ? `worker ${number}` : `worker ${number} (pid ${pid})`;
}
