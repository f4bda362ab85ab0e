import type { Worker } from "node:worker_threads";
import type { ThreadStep } from "./thread-tasks.ts";

/** What each thread of a pool sets up now. */
export class ThreadSteps {
  readonly #pool: { readonly threads: readonly Worker[] };
  readonly #byThread = new Map<number, string>();

  constructor(pool: { readonly threads: readonly Worker[] }) {
    this.#pool = pool;
  }

  take({ thread, step, isOver }: ThreadStep): void {
    if (isOver) this.#byThread.delete(thread);
    else this.#byThread.set(thread, step);
  }

  /** Forgets the threads that the pool has no more. @returns what the latest of them was setting up */
  takeOfGone(): string | undefined {
    const present = new Set(this.#pool.threads.map(({ threadId }) => threadId));
    const gone = [...this.#byThread].filter(([thread]) => !present.has(thread));
    for (const [thread] of gone) this.#byThread.delete(thread);
    return gone.at(-1)?.[1];
  }
}
