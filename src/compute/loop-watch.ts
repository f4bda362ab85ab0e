/** Who watches that no run holds the event loop for longer than it may. */
export interface LoopWatch {
  /**
   * A run begins, and its function holds the event loop until `returned`.
   *
   * @param deadline ms, on the clock of the process
   * @param text what is to be said of the run where it overstays
   * @returns what `leave` takes at its end
   */
  enter(deadline: number, text: string): number;
  /** The function of the run that entered last has returned. The run may hold the loop again. */
  returned(): void;
  leave(place: number): void;
}
