import type { Worker } from "node:worker_threads";
import { AppError, messageOf } from "../../../errors.ts";
import { abortSignalOf, type StopSignal } from "../../../stop.ts";
import { restoreTaskError } from "../../../tasks/decision.ts";
import { WrittenOutput } from "../../../tasks/output/output.ts";
import type { Task } from "../../../tasks/task.ts";
import type { ThreadEnded } from "../../../telemetry/events.ts";
import { mayTrace } from "../../../telemetry/tracing/find-tracing.ts";
import type { Executor, Ran, RunEvents } from "../../executor.ts";
import { drainingError } from "../../refusals.ts";
import { taskFailedError } from "../../task-failed.ts";
import { Departures } from "./departures.ts";
import { FreeThreads } from "./free-threads.ts";
import { HeapWatch, KeptTooMuch } from "./heap-watch.ts";
import { openPool, type Pool, type ThreadPoolOptions, tearDownThreads } from "./pool.ts";
import type { ThreadAnswer, ThreadRequest, ThreadSaid } from "./thread.ts";
import {
  bootError,
  crashError,
  isLateAnswer,
  isUnsendable,
  unsendableError,
} from "./thread-crash.ts";
import { ThreadListeners } from "./thread-listeners.ts";
import { requestOf } from "./thread-request.ts";
import { ThreadSteps } from "./thread-steps.ts";
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
  readonly #free: FreeThreads;
  readonly #listeners = new ThreadListeners();
  readonly #steps: ThreadSteps;
  readonly #heaps: HeapWatch;
  readonly #departures: Departures;
  /** Rejected if a thread fails before all are up: the caller of `start` says so. */
  readonly #start = Promise.withResolvers<never>();
  #isUp = false;

  private constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#pool = openPool(options);
    this.#steps = new ThreadSteps(this.#pool);
    this.#heaps = new HeapWatch({
      limitBytes: options.heapBytes,
      threads: () => this.#pool.threads,
      onExceeded: (thread, why) => this.#departures.end(thread, why),
    });
    this.#departures = new Departures(this.#pool);
    this.#free = new FreeThreads(this.#pool, options.threads, (thrown) => this.#failIdle(thrown));
    this.#pool.on("message", (message: ThreadSaid | ThreadStep | ThreadStray | undefined) => {
      if (message && "step" in message) this.#hearStep(message);
      else if (message && "stray" in message) options.setups?.onFault(message.stray);
      else if (message) this.#listeners.take(message);
    });
    this.#pool.on("error", (thrown: unknown) => {
      if (!isLateAnswer(thrown)) this.#failIdle(thrown);
    });
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
      const failure = executor.#bootFailure(error);
      await executor.close();
      throw failure;
    }
  }

  get threads(): readonly Worker[] {
    return this.#pool.threads;
  }

  refusal(): undefined {}

  async run(task: Task, input: unknown, signal: StopSignal, events: RunEvents): Promise<Ran> {
    await this.#thread(task, signal, events);
    const begunAt = this.#heaps.begin();
    let answer: ThreadAnswer | null; // Null if a task threw null outside of its run.
    const listener = events.listener && this.#listeners.add(events.listener);
    try {
      signal.throwIfAborted();
      events.onStart();
      answer = await this.#answer(requestOf(task, input, events, listener?.told), task, signal);
    } finally {
      listener?.stop();
      this.#heaps.end(begunAt);
      this.#free.giveBack();
    }
    if (!answer) {
      this.#tellEnd({ reason: "crashed" });
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
      const idle = this.#free.count;
      for (const fault of await tearDownThreads(this.#pool, idle, withinMs)) setups?.onFault(fault);
    }
    await this.#pool.destroy();
  }

  /** Resolves when a thread is free for the caller: a run's deadline counts from its start. */
  async #thread(task: Task, signal: StopSignal, events: RunEvents): Promise<void> {
    try {
      await this.#free.take(signal, () => events.onWait?.());
    } catch (cause) {
      signal.throwIfAborted();
      const detail = `No thread could be started for the run of ${task.name}`;
      const logged = `${detail}: ${messageOf(cause)}`;
      throw new AppError("run-crashed", `${detail}.`, { cause, logged });
    }
  }

  #hearStep(step: ThreadStep): void {
    this.#steps.take(step);
    this.#options.setups?.onStep(step.step, step.isOver);
  }

  #bootFailure(thrown: unknown): Error {
    const { taskFiles, heapBytes } = this.#options;
    return bootError(thrown, taskFiles, this.#steps.takeOfGone(), heapBytes);
  }

  /** A thread without a run has failed, or was replaced. */
  #failIdle(thrown: unknown): void {
    if (thrown instanceof KeptTooMuch) {
      const { task, kept } = thrown;
      this.#tellEnd({ reason: "memory", task, ...kept });
      return;
    }
    const error = this.#bootFailure(thrown);
    this.#tellEnd({ reason: "crashed" });
    if (this.#isUp) this.#options.onError(error);
    else this.#start.reject(thrown);
    this.#free.fail(error);
  }

  /** Not while the pool starts or closes: nothing is replaced then. */
  #tellEnd(ended: ThreadEnded): void {
    if (this.#isUp) this.#options.onEnd?.(ended);
  }

  /**
   * Ends the thread of that answer if it keeps too much. Called before anything else learns of the
   * answer, so no run can have been given to that thread meanwhile.
   */
  #replaceOutgrown(answer: ThreadAnswer, task: Task): ThreadAnswer {
    const outgrown = answer?.outgrown; // Null if a task threw null outside of its run.
    if (outgrown === undefined || !this.#isUp) return answer;
    const { thread: id, ...kept } = outgrown;
    const thread = this.#pool.threads.find(({ threadId }) => threadId === id);
    if (thread) this.#departures.end(thread, new KeptTooMuch(kept, task.name));
    return answer;
  }

  async #answer(request: ThreadRequest, task: Task, stop: StopSignal) {
    const signal = abortSignalOf(stop);
    try {
      // Piscina derives this type from the wrong overload of postMessage.
      const moved = transferList(request.input) as never;
      const answer = this.#pool.run(request, { signal, transferList: moved });
      return await this.#departures.follow(
        answer.then((told) => this.#replaceOutgrown(told, task)),
        signal,
      );
    } catch (error) {
      const hasEnded = !isUnsendable(error);
      if (hasEnded) this.#steps.takeOfGone();
      if (hasEnded) this.#tellEnd({ reason: signal.aborted ? "interrupted" : "crashed" });
      signal.throwIfAborted();
      if (!this.#isUp) throw drainingError(); // Closed with the worker: its client has gone.
      throw hasEnded
        ? crashError(task, error, this.#options.heapBytes)
        : unsendableError(task, error);
    }
  }
}
