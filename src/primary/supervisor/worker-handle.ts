import { backOffMs } from "./back-off.ts";

/** A life that was ready for this long has served: its place is filled again at once. */
export const servedMs = 5000;

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
  /**
   * When `absent`, the time to fork it (undefined: never); when `booting`, the end of its patience;
   * else the time to kill it, where it hangs.
   */
  readonly dueAt: number | undefined;
  /** Lives in a row that ended before they had served, and not by a job. */
  readonly shortLives: number;
  /** Why it could not boot: the first reason that came up. */
  readonly bootError: string | undefined;
  /** Why it has to end although it could boot: a run in it does not end. */
  readonly endsBecause: string | undefined;
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
    endsBecause: undefined,
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
  return { ...worker, stage: "absent", pid: undefined, dueAt: undefined, endsBecause: undefined };
}

/**
 * Without a process, to be forked again: at once where the last life was of use, and after a
 * back-off where lives of this place end again and again when they have hardly begun.
 *
 * @param hadJob whether it ran a job at its end: a job may have ended it, and the queue sees to that
 */
export function awaitingFork(
  worker: WorkerHandle,
  hadJob: boolean,
  now: number,
  random: number,
): WorkerHandle {
  const { readyAt } = worker;
  const wasReady = readyAt !== undefined;
  const hasServed = wasReady && (hadJob || now - readyAt >= servedMs);
  const shortLives = hasServed ? 0 : worker.shortLives + 1;
  return { ...gone(worker), shortLives, dueAt: now + backOffMs(shortLives, wasReady, random) };
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
