import type { HungRun } from "../channel/supervision.ts";

/** Who watches that no run holds the event loop for longer than it may. */
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
  /** The function of the run that entered last has returned. The run may hold the loop again. */
  returned(): void;
  leave(place: number): void;
}
