import type { HungRun } from "../channel/supervision.ts";

/** Watches that no run holds the event loop for too long. */
export interface LoopWatch {
  /**
   * A run begins, and its function holds the event loop until `returned`.
   *
   * @param deadline ms, on the clock of the process
   * @param task its name
   * @param attempt of a job; undefined for the run of a client
   * @returns what `leave` takes at its end
   */
  enter(deadline: number, task: string, attempt: HungRun["attempt"]): number;
  /** The run that entered last has returned a promise: it goes on, and may hold the loop again. */
  returned(): void;
  leave(place: number): void;
}
