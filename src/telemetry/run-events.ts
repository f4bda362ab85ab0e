/** The fields of the events that tell of runs (events.ts). */
import type { ProblemType } from "../problems.ts";

interface RunOfTask {
  readonly task: string;
  /** `live` if a client waited, `jobs` for a job. */
  readonly lane: "live" | "jobs";
  readonly executor: string;
}

/** A run on its slot. It is the same object at the start of the run and at its end. */
export interface RunOnSlot {
  /** The job's id, and which attempt of it this is; undefined where a client waits. */
  readonly job: string | undefined;
  readonly attempt: number | undefined;
}

export interface RunStarted extends RunOfTask {
  readonly run: RunOnSlot;
  /** From acceptance until now. */
  readonly queuedMs: number;
  /** Whether another worker had lent it. */
  readonly isBorrowed: boolean;
  /** Whether it may hold the event loop. */
  readonly sharesLoop: boolean;
}

export interface RunEnded extends RunOfTask {
  readonly run: RunOnSlot;
  /** From acceptance to the start of the run. */
  readonly queuedMs: number;
  /** How long it held its slot: the run, and the way to a thread and back. */
  readonly heldMs: number;
  /** From its start until now; null if it did not start. */
  readonly ranMs: number | null;
  /** The Piscina thread's id; null if the run had none, or failed. */
  readonly thread: number | null;
  /** CPU time of the run; null if it failed or its CPU time is not known. */
  readonly cpuMs: number | null;
  readonly outcome: RunOutcome;
  /** Whether another worker had lent it: that one counts it. */
  readonly isBorrowed: boolean;
}

export interface RunRefused extends RunOfTask {
  readonly outcome: RunOutcome;
}

export interface RunLent {
  readonly task: string;
  /**
   * `ran`: another worker carried it out, well or not. `returned`: no slot came free for it. `refused`:
   * another worker could not start it. `late`: it has waited for too long. `lost`: the worker that
   * computed it has ended. `dropped`: its client left, or this worker refused all that waited.
   */
  readonly ending: "ran" | "returned" | "refused" | "late" | "lost" | "dropped";
}

/** How a run ended. `cancelled`: its client left, or its job was cancelled. */
export type RunOutcome = "succeeded" | "cancelled" | ProblemType;
