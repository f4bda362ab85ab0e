import type { Worker } from "node:worker_threads";
import type { Piscina } from "piscina";

/**
 * Threads that the pool has removed. Piscina tells them to end, starts others in their place, and
 * does not wait for them: a thread in native code computes on until that code returns.
 */
export class Departures {
  /** The exit of the thread that was removed last. */
  #latest: Promise<void> | undefined;
  readonly #byReason = new WeakMap<object, Promise<void>>();
  readonly #pool: Piscina;

  constructor(pool: Piscina) {
    this.#pool = pool;
    pool.on("workerDestroy", ({ id }) => {
      const thread = pool.threads.find(({ threadId }) => threadId === id);
      if (thread) this.#latest = untilExit(thread);
    });
  }

  /** Makes Piscina remove a thread, if it has it still. Its run fails with the reason. */
  end(thread: Worker, reason: Error): void {
    if (!this.#pool.threads.includes(thread)) return;
    this.#byReason.set(reason, untilExit(thread));
    thread.emit("error", reason);
  }

  /**
   * Follows the pool's answer to a run. If the run's thread was removed, an error comes only after
   * that thread has exited.
   *
   * @param signal ends the run. Piscina has added its listener before, so it removes the thread
   *   before ours is called.
   */
  async follow<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    let exited: Promise<void> | undefined;
    const onAbort = () => {
      exited = this.#latest;
      // A run that waits inside Piscina has no thread. It must not wait for somebody else's.
      this.#latest = undefined;
    };
    signal.addEventListener("abort", onAbort);
    try {
      return await answer;
    } catch (error) {
      await (exited ?? this.#byReason.get(error as object));
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}

function untilExit(thread: Worker): Promise<void> {
  if (thread.threadId < 0) return Promise.resolve(); // It has exited already.
  return new Promise((resolve) => thread.once("exit", () => resolve()));
}
