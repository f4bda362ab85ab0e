import type { ThreadProgress } from "./thread.ts";

/** Hears of the progress of one run in a thread. */
export interface ThreadListener {
  /** The number under which the thread tells it. */
  readonly told: number;
  /** Hears nothing more of it from the thread's own messages. */
  stop(): void;
  /** Takes the last value, which came with the run's answer. What was heard already is passed over. */
  end(last: string | undefined): void;
}

/** Who hears of the progress of the runs under way in threads, by the number that each was told. */
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
