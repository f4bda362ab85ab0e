import type { Worker } from "node:worker_threads";
import type { StopSignal } from "../../../stop.ts";
import type { Pool } from "./pool.ts";
import { exitError } from "./thread-crash.ts";

/** Which threads of a pool are free, and who waits for one. Only the pool knows how many there are. */
export class FreeThreads {
  readonly #pool: Pool;
  readonly #size: number;
  readonly #onLost: (thrown: Error) => void;
  /** Booted threads. One that is still in the pool can take a run. */
  readonly #up = new WeakSet<object>();
  #taken = 0;
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  #restocking: AbortController | undefined;

  /**
   * @param size how many threads the pool is to have
   * @param onLost hears of a thread that exited while it booted. Piscina reports that nowhere.
   */
  constructor(pool: Pool, size: number, onLost: (thrown: Error) => void) {
    this.#pool = pool;
    this.#size = size;
    this.#onLost = onLost;
    // A thread has booted: one of the first, or a replacement.
    pool.on("workerCreate", ({ id }) => {
      const thread = pool.threads.find(({ threadId }) => threadId === id);
      if (thread) this.#up.add(thread);
      this.#serve();
    });
    // By the next turn Piscina has replaced it, unless an earlier replacement failed to boot.
    pool.on("workerDestroy", () => setImmediate(() => this.#serve()));
  }

  /** How many are up and have no run. */
  get count(): number {
    return this.#pool.threads.filter((thread) => this.#up.has(thread)).length - this.#taken;
  }

  /**
   * Resolves when a thread is free for the caller, who gives it back.
   *
   * @param onWait called if none is free now. Another thread may take long to boot, or for ever.
   * @throws the reason of the signal; or why no thread can be started
   */
  async take(signal: StopSignal, onWait?: () => void): Promise<void> {
    signal.throwIfAborted();
    const waiting = Promise.withResolvers<void>();
    this.#waiting.push(waiting);
    this.#serve();
    if (!this.#waiting.includes(waiting)) return;
    const onAbort = () => this.#leave(waiting, signal.reason);
    signal.addEventListener("abort", onAbort);
    onWait?.();
    try {
      await waiting.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  giveBack(): void {
    this.#taken--;
    this.#serve();
  }

  /** A thread has failed without a run. If the pool has no other, nobody may wait for one. */
  fail(error: Error): void {
    this.#restocking?.abort();
    this.#restocking = undefined;
    if (this.#pool.threads.length > 0) return;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #leave(waiting: PromiseWithResolvers<void>, reason: unknown): void {
    const index = this.#waiting.indexOf(waiting);
    if (index < 0) return; // It has a thread already, and gives that back.
    this.#waiting.splice(index, 1);
    waiting.reject(reason);
  }

  #serve(): void {
    for (let free = this.count; free > 0 && this.#waiting.length > 0; free--) {
      this.#taken++;
      this.#waiting.shift()?.resolve();
    }
    if (this.#waiting.length > 0) this.#restock();
  }

  /** Piscina stops replacing threads once one has failed to boot. An empty run makes it try again. */
  #restock(): void {
    if (this.#pool.threads.length >= this.#size) return;
    this.#restocking ??= new AbortController();
    this.#pool.run(null, { signal: this.#restocking.signal }).catch(() => {}); // The pool's "error" reports it.
    for (const thread of this.#pool.threads) if (!this.#up.has(thread)) this.#watch(thread);
  }

  #watch(thread: Worker): void {
    thread.once("exit", (code) => {
      if (!this.#up.has(thread)) this.#onLost(exitError(code));
    });
  }
}
