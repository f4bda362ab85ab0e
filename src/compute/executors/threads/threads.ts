import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { AppError, messageOf, restoreError } from "../../../errors.ts";
import { WrittenOutput } from "../../../tasks/output/output.ts";
import type { Task } from "../../../tasks/task.ts";
import type { Executor, Ran, RunEvents } from "../../executor.ts";
import { taskFailedError } from "../../task-failed.ts";
import { niceIncrement } from "../niceness.ts";
import { Departures } from "./departures.ts";
import { HeapWatch, hardLimitMb } from "./heap-watch.ts";
import type { ThreadAnswer, ThreadData, ThreadProgress, ThreadRequest } from "./thread.ts";
import { bootError, crashError, exitError, isUnsendable, unsendableError } from "./thread-crash.ts";
import { ThreadListeners } from "./thread-listeners.ts";
import { transferList } from "./transfer.ts";

export interface ThreadPoolOptions {
  readonly threads: number;
  /** Limit of each thread's heap. Only the run that exceeds it fails. */
  readonly heapBytes: number;
  readonly taskFiles: readonly string[];
  /** Called with the error of a thread that failed while it had no run. */
  readonly onError: (error: Error) => void;
}

/**
 * Computes on a pool of Piscina threads, one run at a time on each. A thread ends if its run is
 * aborted, exits, crashes or uses up the heap: only that run fails, and a new thread takes the
 * place. A run has ended when its thread is free or gone.
 */
export class ThreadsExecutor implements Executor {
  readonly name = "threads";
  readonly canInterrupt = true;
  readonly sharesLoop = false;
  readonly #pool: Piscina<ThreadRequest | null, ThreadAnswer>;
  readonly #options: ThreadPoolOptions;
  /** Booted threads. One that is still in the pool can take a run. */
  readonly #up = new WeakSet<object>();
  #taken = 0;
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  readonly #listeners = new ThreadListeners();
  #restocking: AbortController | undefined;
  readonly #heaps: HeapWatch;
  readonly #departures: Departures;

  private constructor(options: ThreadPoolOptions) {
    const workerData: ThreadData = { taskFiles: options.taskFiles };
    this.#options = options;
    this.#pool = new Piscina({
      filename: fileURLToPath(new URL(`./thread${extname(import.meta.url)}`, import.meta.url)),
      name: "answer",
      minThreads: options.threads,
      maxThreads: options.threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      resourceLimits: { maxOldGenerationSizeMb: hardLimitMb(options.heapBytes) },
      niceIncrement,
      recordTiming: false, // Outcomes have the times.
      workerData,
    });
    this.#heaps = new HeapWatch({
      limitBytes: options.heapBytes,
      threads: () => this.#pool.threads,
      onExceeded: (thread, why) => this.#departures.end(thread, why),
    });
    this.#departures = new Departures(this.#pool);
    // A thread has booted: one of the first, or a replacement.
    this.#pool.on("workerCreate", ({ id }) => {
      const thread = this.#pool.threads.find(({ threadId }) => threadId === id);
      if (thread) this.#up.add(thread);
      this.#serve();
    });
    // By the next turn Piscina has replaced it, unless an earlier replacement failed to boot.
    this.#pool.on("workerDestroy", () => setImmediate(() => this.#serve()));
    this.#pool.on("message", (message: ThreadProgress | undefined) => {
      if (message) this.#listeners.take(message);
    });
    this.#pool.on("error", (thrown: unknown) => this.#failIdle(thrown));
  }

  /**
   * Starts the pool; resolves when every thread is up.
   *
   * @throws Error where a thread cannot load the user's tasks
   */
  static async start(options: ThreadPoolOptions): Promise<ThreadsExecutor> {
    const executor = new ThreadsExecutor(options);
    try {
      const pings = Array.from({ length: options.threads }, () => executor.#pool.run(null));
      await Promise.all(pings);
      return executor;
    } catch (error) {
      await executor.close();
      throw executor.#bootFailure(error);
    }
  }

  refusal(): undefined {}

  async run(task: Task, input: unknown, signal: AbortSignal, events: RunEvents): Promise<Ran> {
    await this.#thread(task);
    const begunAt = this.#heaps.begin();
    let answer: ThreadAnswer | null; // Null if a task threw null outside of its run.
    const listener = events.onProgress && this.#listeners.add(events.onProgress);
    try {
      events.onStart();
      const told = listener?.told ?? null;
      const { isCpuAsked = true } = events;
      answer = await this.#answer({ task: task.name, input, told, isCpuAsked }, task, signal);
    } finally {
      listener?.stop();
      this.#heaps.end(begunAt);
      this.#taken--;
      this.#serve();
    }
    if (!answer) throw crashError(task, answer, this.#options.heapBytes);
    listener?.end(answer.progress);
    if ("failure" in answer) throw taskFailedError(task, restoreError(answer.failure));
    return { ...answer.ran, result: new WrittenOutput(answer.written) };
  }

  async close(): Promise<void> {
    this.#heaps.stop();
    await this.#pool.destroy();
  }

  /** Resolves when a thread is free for the caller: a run's deadline counts from its start. */
  async #thread(task: Task): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    this.#waiting.push(waiting);
    this.#serve();
    try {
      await waiting.promise;
    } catch (cause) {
      const detail = `No thread could be started for the run of ${task.name}: ${messageOf(cause)}`;
      throw new AppError("run-crashed", detail, { cause });
    }
  }

  /** Hands out free threads. Only the pool knows how many there are: they come and go. */
  #serve(): void {
    let free = this.#threadsUp - this.#taken;
    for (; free > 0 && this.#waiting.length > 0; free--) {
      this.#taken++;
      this.#waiting.shift()?.resolve();
    }
    if (this.#waiting.length > 0) this.#restock();
  }

  /**
   * Piscina stops replacing threads once one has failed to boot. An empty run makes it try again.
   */
  #restock(): void {
    if (this.#pool.threads.length >= this.#options.threads) return;
    this.#restocking ??= new AbortController();
    this.#pool.run(null, { signal: this.#restocking.signal }).catch(() => {}); // The pool's "error" reports it.
    for (const thread of this.#pool.threads) if (!this.#up.has(thread)) this.#watch(thread);
  }

  /** Piscina does not report a thread that exits while it boots. */
  #watch(thread: Worker): void {
    thread.once("exit", (code) => {
      if (!this.#up.has(thread)) this.#failIdle(exitError(code));
    });
  }

  #bootFailure(thrown: unknown): Error {
    const { taskFiles, heapBytes } = this.#options;
    return bootError(thrown, taskFiles, heapBytes);
  }

  /** A thread without a run has failed. If the pool has no other, nobody may wait for one. */
  #failIdle(thrown: unknown): void {
    const error = this.#bootFailure(thrown);
    this.#options.onError(error);
    this.#restocking?.abort();
    this.#restocking = undefined;
    if (this.#pool.threads.length > 0) return;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  get #threadsUp(): number {
    return this.#pool.threads.filter((thread) => this.#up.has(thread)).length;
  }

  async #answer(request: ThreadRequest, task: Task, signal: AbortSignal) {
    try {
      // Piscina derives this type from the wrong overload of postMessage.
      const moved = transferList(request.input) as never;
      const answer = this.#pool.run(request, { signal, transferList: moved });
      return await this.#departures.follow(answer, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (isUnsendable(error)) throw unsendableError(task, error);
      throw crashError(task, error, this.#options.heapBytes);
    }
  }
}
