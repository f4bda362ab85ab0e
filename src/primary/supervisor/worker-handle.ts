import type { Life } from "../../channel/life.ts";
import type { WearReason } from "../../channel/supervision.ts";
import type { RetireReason } from "../../telemetry/events.ts";
import { workerName } from "../../telemetry/log-events.ts";

/**
 * The primary's view of one life of a worker, from its fork to its end (after puma's WorkerHandle).
 * It does not hold the process itself. All times are the clock's.
 */
export interface WorkerHandle {
  readonly life: Life;
  /** Its place, from 1. */
  readonly number: number;
  /** `leaving`: told to drain, or killed, and not gone yet. */
  readonly stage: "booting" | "ready" | "leaving";
  /** Undefined until its process has started. */
  readonly pid: number | undefined;
  readonly forkedAt: number;
  readonly readyAt: number | undefined;
  /** While `booting`: its boot deadline. Later: when to kill it because it hangs. */
  readonly dueAt: number | undefined;
  /** What it does while it boots, as it said last; "" for nothing of note. */
  readonly bootStep: string;
  /** The first reason why it could not boot. */
  readonly bootError: string | undefined;
  /** Why it has to end although it could boot: a run in it does not end. */
  readonly endsBecause: string | undefined;
  /** Why it is replaced, or not needed any more. Then its end is no news. */
  readonly retiredFor: RetireReason | undefined;
  /** Why it is to be replaced when its turn comes. */
  readonly worn: Worn | undefined;
}

/** A life that has had enough: it goes on until a new one is ready. */
export interface Worn {
  readonly reason: WearReason;
  /** When to begin. Later than it was told if a replacement could not boot. */
  readonly dueAt: number;
}

export function booting(
  life: Life,
  number: number,
  now: number,
  bootTimeoutMs: number,
): WorkerHandle {
  return {
    life,
    number,
    stage: "booting",
    pid: undefined,
    forkedAt: now,
    readyAt: undefined,
    dueAt: now + bootTimeoutMs,
    bootStep: "",
    bootError: undefined,
    endsBecause: undefined,
    retiredFor: undefined,
    worn: undefined,
  };
}

export function ready(worker: WorkerHandle, now: number): WorkerHandle {
  return { ...worker, stage: "ready", readyAt: now, dueAt: undefined };
}

export function leaving(worker: WorkerHandle, bootError?: string): WorkerHandle {
  return { ...worker, stage: "leaving", dueAt: undefined, bootError };
}

/** @param dueAt when to kill it if it has not drained */
export function retiring(
  worker: WorkerHandle,
  retiredFor: RetireReason,
  dueAt: number,
): WorkerHandle {
  return { ...leaving(worker), dueAt, retiredFor };
}

/** `worker 2 (pid 123)` */
export function nameOf({ number, pid }: WorkerHandle): string {
  return workerName({ worker: number, pid });
}

/** Whether the two are lives of one place. */
export function isFellow(other: WorkerHandle, worker: WorkerHandle): boolean {
  return other.number === worker.number && other.life !== worker.life;
}
