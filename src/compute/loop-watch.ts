/** Who watches that no run holds the event loop for longer than it may. */
export interface LoopWatch {
  /**
   * A run that may hold the event loop begins.
   *
   * @param deadline ms, on the clock of the process
   * @param text what is to be said of the run where it overstays
   * @returns what `leave` takes at its end
   */
  enter(deadline: number, text: string): number;
  leave(place: number): void;
}
