import type { ThreadProgress } from "./thread.ts";

/** Takes the progress of one run in a thread. */
export interface ThreadListener {
  /** The number that the thread puts on the run's messages. */
  readonly told: number;
  /** Ignores further messages of the thread. */
  stop(): void;
  /** Takes the last value, which came with the run's answer; ignored if it was heard already. */
  end(last: string | undefined): void;
}

/** Listeners for the progress of runs in threads, by the number of each run. */
export class ThreadListeners {
  readonly #listeners = new Map<number, (progress: string) => void>();
  #lastTold = 0;

  add(onProgress: (progress: string) => void): ThreadListener {
    const told = ++this.#lastTold;
    let heard: string | undefined;
    const hear = (progress: string) => {
      heard = progress;
      onProgress(progress);
    };
    this.#listeners.set(told, hear);
    return {
      told,
      stop: () => this.#listeners.delete(told),
      end: (last) => {
        if (last !== undefined && last !== heard) hear(last);
      },
    };
  }

  take({ told, progress }: ThreadProgress): void {
    this.#listeners.get(told)?.(progress);
  }
}
