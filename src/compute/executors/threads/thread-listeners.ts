import type { RunListener } from "../../../tasks/context.ts";
import type { ThreadSaid, ThreadWords } from "./thread.ts";

/** Takes what one run in a thread says. */
export interface ThreadListener {
  /** The number that the thread puts on the run's messages. */
  readonly told: number;
  /** Ignores further messages of the thread. */
  stop(): void;
  /** Takes what came with the run's answer, and ignores what was heard already. */
  end(last: ThreadWords | undefined): void;
}

/** Listeners for what runs in threads say, by the number of each run. */
export class ThreadListeners {
  readonly #listeners = new Map<number, (words: ThreadWords) => void>();
  #lastTold = 0;

  add({ onProgress, onCheckpoint, onLog }: RunListener): ThreadListener {
    const told = ++this.#lastTold;
    let heard: ThreadWords = {};
    const hear = (words: ThreadWords) => {
      const { progress, checkpoint, log } = words;
      if (progress !== undefined && progress !== heard.progress) onProgress?.(progress);
      if (checkpoint !== undefined && checkpoint !== heard.checkpoint) onCheckpoint?.(checkpoint);
      if (log) onLog?.(log);
      heard = { ...heard, ...words };
    };
    this.#listeners.set(told, hear);
    return {
      told,
      stop: () => this.#listeners.delete(told),
      end: (last) => {
        if (last) hear(last);
      },
    };
  }

  take({ told, words }: ThreadSaid): void {
    this.#listeners.get(told)?.(words);
  }
}
