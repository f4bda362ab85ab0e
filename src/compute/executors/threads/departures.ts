import type { Worker } from "node:worker_threads";
import type { Piscina } from "piscina";

/**
 * The threads that a pool gives up. Piscina tells them to end, starts others in their place, and
 * waits for none of them: a thread in native code computes on until that is done.
 */
export class Departures {
  /** The exit of the thread that was given up last. */
  #latest: Promise<void> | undefined;
  readonly #byReason = new WeakMap<object, Promise<void>>();

  constructor(pool: Piscina) {
    pool.on("workerDestroy", ({ id }) => {
      const thread = pool.threads.find(({ threadId }) => threadId === id);
      if (thread) this.#latest = untilExit(thread);
    });
  }

  /** Has Piscina give up a thread, whose run fails with the reason. */
  end(thread: Worker, reason: Error): void {
    this.#byReason.set(reason, untilExit(thread));
    thread.emit("error", reason);
  }

  /**
   * What the pool answers to a run; where that is an error, after the end of the run's thread, if
   * that was given up.
   *
   * @param signal ends the run. Piscina has its listener by now, and gives the thread up before
   *   this one is called.
   */
  async follow<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    let exited: Promise<void> | undefined;
    const onAbort = () => {
      exited = this.#latest;
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
  return new Promise((resolve) => thread.once("exit", () => resolve()));
}
