import type { HungRun } from "../channel/supervision.ts";
import type { Clock } from "../clock.ts";
import type { StopSignal } from "../stop.ts";
import type { Task } from "../tasks/task.ts";
import type { Telemetry } from "../telemetry/events.ts";
import type { LoopWatch } from "./loop-watch.ts";
import type { RunTrace } from "./run-trace.ts";

export interface CarryOutOptions {
  readonly runTimeoutMs: number;
  /** How long the run of a client may wait in all, also for a thread. */
  readonly queueTimeoutMs: number;
  /** How long a run may go on after its deadline, or after it was told to stop. */
  readonly hangTimeoutMs: number;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Aborts when the runs of clients are broken off at the end of a drain: their tasks hear of it. */
  readonly breakOff?: StopSignal;
  /** Watches the runs that may hold the event loop. */
  readonly watch?: LoopWatch;
  /** Called just before a run that may hold the event loop: what is to be sent has to leave now. */
  readonly beforeHold?: (task: Task) => void;
  /** Called when a run has gone on for longer than that. Only the end of the process ends it. */
  readonly onHung?: (message: string, run: HungRun) => void;
}

/** A run that was let in. */
export interface Admitted {
  /** When it was accepted. */
  readonly acceptedAt: number;
  readonly trace: RunTrace | undefined;
  /** Called once the run has really ended, with the time that it held its slot, ms. */
  readonly onEnded: (heldMs: number) => void;
}
