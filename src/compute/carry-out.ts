import type { HungRun } from "../channel/messages.ts";
import type { Clock } from "../clock.ts";
import { AppError, UnendedRun } from "../errors.ts";
import type { Ran } from "./executor.ts";
import type { LoopWatch } from "./loop-watch.ts";
import { goesOn, tookTooLong } from "./refusals.ts";
import type { Outcome, RunRequest } from "./run-request.ts";

export interface CarryOutOptions {
  readonly runTimeoutMs: number;
  /** How long a run may go on when it should have ended. */
  readonly hangTimeoutMs: number;
  readonly clock: Clock;
  /** Is told of the runs that may hold the event loop. */
  readonly watch?: LoopWatch;
  /** Hears of a run that goes on for longer than that: only the end of the process ends it. */
  readonly onHung?: (message: string, run: HungRun) => void;
}

/**
 * Carries out a run that has a slot.
 *
 * @param onEnded hears how long the slot was held, once the run has really ended
 */
export function carryOut(
  request: RunRequest,
  acceptedAt: number,
  options: CarryOutOptions,
  onEnded: (heldMs: number) => void,
): Promise<Outcome> {
  return new Course(request, acceptedAt, options, onEnded).run();
}

/** The course of one run: its start, its deadline, its end, and what its caller is told of them. */
class Course {
  readonly #request: RunRequest;
  readonly #options: CarryOutOptions;
  readonly #onEnded: (heldMs: number) => void;
  readonly #runTimeoutMs: number;
  readonly #acceptedAt: number;
  readonly #takenAt: number;
  readonly #deadline = new AbortController();
  readonly #ran = Promise.withResolvers<Ran>();
  #queuedMs = 0;
  /** With the watch; -1 where the run is not watched. */
  #place = -1;
  #callOff = () => {};

  constructor(
    request: RunRequest,
    acceptedAt: number,
    options: CarryOutOptions,
    onEnded: (heldMs: number) => void,
  ) {
    this.#request = request;
    this.#options = options;
    this.#onEnded = onEnded;
    this.#runTimeoutMs = request.runTimeoutMs ?? options.runTimeoutMs;
    this.#acceptedAt = acceptedAt;
    this.#takenAt = options.clock.now();
  }

  async run(): Promise<Outcome> {
    const { task, input, executor, onProgress, attempt } = this.#request;
    const isCpuAsked = attempt === undefined;
    const onStart = this.#start;
    const onReturn = this.#return;
    const deadline = this.#deadline.signal;
    const heard = { onStart, onReturn, isCpuAsked };
    const events = onProgress ? { ...heard, onProgress } : heard;
    const run = executor.run(task, input, this.#abort, events);
    run.then(this.#end, this.#end); // Before the outcome is told: the slot is for the next run.
    run.then(this.#ran.resolve, (error) => this.#ran.reject(deadline.reason ?? error));
    const ran = await this.#ran.promise;
    // A synchronous run keeps the timer from firing: its deadline is told afterwards.
    if (ran.ranMs > this.#runTimeoutMs) throw this.#tookTooLong();
    return { ...ran, executor: executor.name, queuedMs: this.#queuedMs };
  }

  /** What tells the executor to end the run, or the wait for it. */
  get #abort(): AbortSignal {
    const { attempt, executor, stop } = this.#request;
    // This executor cannot end a run. Ending the wait would let the next attempt overlap.
    if (attempt !== undefined && !executor.canInterrupt) return never;
    const { signal } = this.#deadline;
    return stop ? AbortSignal.any([stop, signal]) : signal;
  }

  readonly #start = (): void => {
    const { task, executor, signal, attempt } = this.#request;
    const { clock, watch } = this.#options;
    signal.throwIfAborted();
    const startedAt = clock.now();
    this.#queuedMs = startedAt - this.#acceptedAt;
    this.#callOff = clock.after(this.#runTimeoutMs, this.#overstay);
    if (executor.sharesLoop && watch) {
      this.#place = watch.enter(startedAt + this.#runTimeoutMs, task.name, attempt);
    }
  };

  readonly #return = (): void => {
    if (this.#place >= 0) this.#options.watch?.returned();
  };

  readonly #overstay = (): void => {
    const reason = this.#tookTooLong();
    this.#deadline.abort(reason);
    if (this.#request.attempt === undefined) this.#ran.reject(reason);
    const { clock, hangTimeoutMs, onHung } = this.#options;
    this.#callOff = clock.after(hangTimeoutMs, () => {
      const { task, executor, attempt } = this.#request;
      const message = goesOn(task, executor, this.#runTimeoutMs, hangTimeoutMs);
      this.#ran.reject(new UnendedRun(new AppError("run-timeout", message)));
      onHung?.(message, { task: task.name, attempt });
    });
  };

  readonly #end = (): void => {
    const { clock, watch } = this.#options;
    this.#callOff();
    if (this.#place >= 0) watch?.leave(this.#place);
    this.#onEnded(clock.now() - this.#takenAt);
  };

  #tookTooLong(): AppError {
    const { task, executor, runTimeoutMs } = this.#request;
    const limit = runTimeoutMs === undefined ? "--run-timeout" : "timeoutMs";
    return tookTooLong(task, executor, this.#runTimeoutMs, limit);
  }
}

const never = new AbortController().signal;
