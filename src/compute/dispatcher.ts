import type { ExecutorName } from "../config.ts";
import type { Task } from "../tasks/task.ts";
import { Admission, type AdmissionOptions, type LaneName } from "./admission.ts";
import type { Executor, Ran } from "./executor.ts";
import { tookTooLong } from "./refusals.ts";

export interface RunRequest {
  readonly task: Task;
  /** Already checked by the task's schema. */
  readonly input: unknown;
  readonly executor: Executor;
  readonly lane: LaneName;
  /** Aborts when nobody wants the result any more: a run that still waits is dropped. */
  readonly signal: AbortSignal;
  /** Aborts when the run itself is to end, even while it computes, where its executor can end it. */
  readonly stop?: AbortSignal;
  /** How long this run may take, where it is not what the dispatcher allows all others. */
  readonly runTimeoutMs?: number;
  /** Takes what the task says of itself, as JSON text. */
  readonly onProgress?: (progress: string) => void;
}

/** What became of a run that ended well. */
export interface Outcome extends Ran {
  readonly executor: ExecutorName;
  /** From acceptance to the moment the run began. */
  readonly queuedMs: number;
}

export interface DispatcherOptions extends AdmissionOptions {
  readonly runTimeoutMs: number;
}

/**
 * The one queue in front of a worker's executors: bounded, with deadlines, live before batch.
 * Never more than `slots` runs are with the executors, so that every run that waits waits here,
 * where its client's leaving and its deadline are seen.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #admission: Admission;
  readonly #idle: (() => void)[] = [];

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#admission = new Admission(options);
  }

  get waiting(): number {
    return this.#admission.waiting;
  }

  get running(): number {
    return this.#admission.running;
  }

  /** How many runs would start at once. */
  get room(): number {
    return this.#admission.room;
  }

  /**
   * Accepts a run, waits for a slot, and carries it out.
   *
   * @throws AppError `overloaded` (the queue is full), `queue-timeout`, `run-timeout`, `draining`,
   *   `task-failed`, `run-crashed`, `invalid-input` (see `requireMemory`); or the reason of the
   *   request's signal
   */
  async run(request: RunRequest): Promise<Outcome> {
    const { task, input, lane, signal } = request;
    const acceptedAt = this.#options.clock.now();
    const memoryBytes = this.requireMemory(task, input);
    await this.#admission.enter(lane, memoryBytes, signal);
    return this.#carryOut(request, memoryBytes, acceptedAt);
  }

  /**
   * The memory that a run of this input takes.
   *
   * @throws AppError `invalid-input` where that is more than the runs of a worker may take
   */
  requireMemory(task: Task, input: unknown): number {
    return this.#admission.requireMemory(task, input);
  }

  /** Resolves when nothing runs and so nothing waits. */
  async idle(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Turns away what waits and what comes; what runs goes on to its end. */
  close(): void {
    this.#admission.close();
  }

  async #carryOut(request: RunRequest, memoryBytes: number, acceptedAt: number): Promise<Outcome> {
    const { clock } = this.#options;
    const { task, input, executor, signal, stop, onProgress } = request;
    const { runTimeoutMs = this.#options.runTimeoutMs } = request;
    const limit = request.runTimeoutMs === undefined ? "--run-timeout" : "timeoutMs";
    const takenAt = clock.now();
    const deadline = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<Ran>();
    let queuedMs = 0;
    let callOff = () => {};
    const onStart = () => {
      signal.throwIfAborted();
      queuedMs = clock.now() - acceptedAt;
      callOff = clock.after(runTimeoutMs, () => {
        const reason = tookTooLong(task, executor, runTimeoutMs, limit);
        deadline.abort(reason);
        reject(reason);
      });
    };
    const end = stop ? AbortSignal.any([stop, deadline.signal]) : deadline.signal;
    const events = onProgress ? { onStart, onProgress } : { onStart };
    const ended = () => {
      callOff();
      this.#admission.release(memoryBytes, clock.now() - takenAt);
      if (this.running === 0) for (const resolve of this.#idle.splice(0)) resolve();
    };
    const run = executor.run(task, input, end, events);
    run.then(ended, ended); // Before the outcome is told: the slot is for the next run.
    run.then(resolve, reject);
    const outcome = await promise;
    // A synchronous run keeps the timer from firing: its deadline is told afterwards.
    if (outcome.ranMs > runTimeoutMs) throw tookTooLong(task, executor, runTimeoutMs, limit);
    return { ...outcome, executor: executor.name, queuedMs };
  }
}
