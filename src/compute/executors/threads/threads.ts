import type { Worker } from "node:worker_threads";
import { AppError, messageOf } from "../../../errors.ts";
import { abortSignalOf, type StopSignal } from "../../../stop.ts";
import { restoreTaskError } from "../../../tasks/decision.ts";
import { WrittenOutput } from "../../../tasks/output/output.ts";
import type { Task } from "../../../tasks/task.ts";
import type { ThreadEnded } from "../../../telemetry/events.ts";
import { mayTrace } from "../../../telemetry/tracing/find-tracing.ts";
import type { Executor, Ran, RunEvents } from "../../executor.ts";
import { taskFailedError } from "../../task-failed.ts";
import { Departures } from "./departures.ts";
import { HeapWatch, KeptTooMuch } from "./heap-watch.ts";
import { openPool, type Pool, type ThreadPoolOptions, tearDownThreads } from "./pool.ts";
import type { ThreadAnswer, ThreadRequest, ThreadSaid } from "./thread.ts";
import { bootError, crashError, exitError, isUnsendable, unsendableError } from "./thread-crash.ts";
import { ThreadListeners } from "./thread-listeners.ts";
import { requestOf } from "./thread-request.ts";
import type { ThreadStep, ThreadStray } from "./thread-tasks.ts";
import { transferList } from "./transfer.ts";

/**
 * Computes on a pool of Piscina threads, one run at a time on each. A thread ends if its run is
 * aborted, exits, crashes or uses up the heap: only that run fails, and a new thread takes the
 * place. A run has ended when its thread is free or gone.
 */
export class ThreadsExecutor implements Executor {
  readonly name = "threads";
  readonly canInterrupt = true;
  readonly sharesLoop = false;
  readonly #pool: Pool;
  readonly #options: ThreadPoolOptions;
  /** Booted threads. One that is still in the pool can take a run. */
  readonly #up = new WeakSet<object>();
  #taken = 0;
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  readonly #listeners = new ThreadListeners();
  #restocking: AbortController | undefined;
  /** The setup that a thread ran last, if it has not ended. */
  #step: string | undefined;
  readonly #heaps: HeapWatch;
  readonly #departures: Departures;
  /** Rejected if a thread fails before all are up: the caller of `start` says so. */
  readonly #start = Promise.withResolvers<never>();
  #isUp = false;

  private constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#pool = openPool(options);
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
    this.#pool.on("message", (message: ThreadSaid | ThreadStep | ThreadStray | undefined) => {
      if (message && "step" in message) this.#hearStep(message);
      else if (message && "stray" in message) options.setups?.onFault(message.stray);
      else if (message) this.#listeners.take(message);
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
      await Promise.race([Promise.all(pings), executor.#start.promise]);
      executor.#isUp = true;
      return executor;
    } catch (error) {
      await executor.close();
      throw executor.#bootFailure(error);
    }
  }

  get threads(): readonly Worker[] {
    return this.#pool.threads;
  }

  refusal(): undefined {}

  async run(task: Task, input: unknown, signal: StopSignal, events: RunEvents): Promise<Ran> {
    await this.#thread(task);
    const begunAt = this.#heaps.begin();
    let answer: ThreadAnswer | null; // Null if a task threw null outside of its run.
    const listener = events.listener && this.#listeners.add(events.listener);
    try {
      events.onStart();
      answer = await this.#answer(requestOf(task, input, events, listener?.told), task, signal);
    } finally {
      listener?.stop();
      this.#heaps.end(begunAt);
      this.#taken--;
      this.#serve();
    }
    if (!answer) {
      this.#tellEnd("crashed");
      throw crashError(task, answer, this.#options.heapBytes);
    }
    listener?.end(answer.last);
    if ("failure" in answer) {
      throw taskFailedError(task, restoreTaskError(answer.failure));
    }
    return { ...answer.ran, result: new WrittenOutput(answer.written) };
  }

  async close(withinMs = 0): Promise<void> {
    this.#heaps.stop();
    this.#isUp = false;
    const { setups } = this.#options;
    // Its threads may keep spans that are not written yet.
    if ((setups?.hasTeardown || mayTrace()) && withinMs > 0) {
      const idle = this.#threadsUp - this.#taken;
      for (const fault of await tearDownThreads(this.#pool, idle, withinMs)) setups?.onFault(fault);
    }
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
      const detail = `No thread could be started for the run of ${task.name}`;
      const logged = `${detail}: ${messageOf(cause)}`;
      throw new AppError("run-crashed", `${detail}.`, { cause, logged });
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

  /** Piscina stops replacing threads once one has failed to boot. An empty run makes it try again. */
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

  #hearStep({ step, isOver }: ThreadStep): void {
    this.#step = isOver ? undefined : step;
    this.#options.setups?.onStep(step, isOver);
  }

  #bootFailure(thrown: unknown): Error {
    const { taskFiles, heapBytes } = this.#options;
    return bootError(thrown, taskFiles, this.#step, heapBytes);
  }

  /** A thread without a run has failed. If the pool has no other, nobody may wait for one. */
  #failIdle(thrown: unknown): void {
    if (thrown instanceof KeptTooMuch) {
      this.#tellEnd("memory");
      return;
    }
    const error = this.#bootFailure(thrown);
    this.#tellEnd("crashed");
    if (this.#isUp) this.#options.onError(error);
    else this.#start.reject(thrown);
    this.#restocking?.abort();
    this.#restocking = undefined;
    if (this.#pool.threads.length > 0) return;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  /** Not while the pool starts or closes: nothing is replaced then. */
  #tellEnd(reason: ThreadEnded["reason"]): void {
    if (this.#isUp) this.#options.onEnd?.(reason);
  }

  /**
   * Ends the thread of that answer if it keeps too much. Called before anything else learns of the
   * answer, so no run can have been given to that thread meanwhile.
   */
  readonly #replaceOutgrown = (answer: ThreadAnswer): ThreadAnswer => {
    const id = answer?.outgrown; // Null if a task threw null outside of its run.
    if (id === undefined || !this.#isUp) return answer;
    const thread = this.#pool.threads.find(({ threadId }) => threadId === id);
    if (thread) this.#departures.end(thread, new KeptTooMuch());
    return answer;
  };

  get #threadsUp(): number {
    return this.#pool.threads.filter((thread) => this.#up.has(thread)).length;
  }

  async #answer(request: ThreadRequest, task: Task, stop: StopSignal) {
    const signal = abortSignalOf(stop);
    try {
      // Piscina derives this type from the wrong overload of postMessage.
      const moved = transferList(request.input) as never;
      const answer = this.#pool.run(request, { signal, transferList: moved });
      return await this.#departures.follow(answer.then(this.#replaceOutgrown), signal);
    } catch (error) {
      const hasEnded = !isUnsendable(error);
      if (hasEnded) this.#tellEnd(signal.aborted ? "interrupted" : "crashed");
      signal.throwIfAborted();
      throw hasEnded
        ? crashError(task, error, this.#options.heapBytes)
        : unsendableError(task, error);
    }
  }
}
