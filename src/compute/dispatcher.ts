import type { Clock } from "../clock.ts";
import type { ExecutorName } from "../config.ts";
import type { Task } from "../tasks/task.ts";
import type { Executor, Ran } from "./executor.ts";
import { Lane } from "./lane.ts";
import { Pace } from "./pace.ts";
import { overloaded, stopping, tookTooLong, waitedTooLong } from "./refusals.ts";

/** `live` runs have a client waiting and go before `batch` runs (jobs). */
export type LaneName = "live" | "batch";

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

export interface DispatcherOptions {
  /** Runs that may be with the executors at the same time. */
  readonly slots: number;
  /** Runs that may wait for a slot, in both lanes together. */
  readonly maxPending: number;
  readonly queueTimeoutMs: number;
  readonly runTimeoutMs: number;
  readonly clock: Clock;
  /** Hears how many runs would start at once, whenever that changes. Must not throw. */
  readonly onRoom?: (room: number) => void;
}

/** A run that waits: `grant` hands it a slot, `refuse` sends it away. */
interface Waiting {
  grant(): void;
  refuse(reason: unknown): void;
}

/**
 * The one queue in front of a worker's executors: bounded, with deadlines, live before batch.
 * Never more than `slots` runs are with the executors, so that every run that waits waits here,
 * where its client's leaving and its deadline are seen.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #lanes: Readonly<Record<LaneName, Lane<Waiting>>>;
  readonly #pace: Pace;
  readonly #idle: (() => void)[] = [];
  #running = 0;
  #lastRoom: number;
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#lanes = { live: new Lane(), batch: new Lane() };
    this.#pace = new Pace(options.slots);
    this.#lastRoom = options.slots;
  }

  get waiting(): number {
    return this.#lanes.live.length + this.#lanes.batch.length;
  }

  get running(): number {
    return this.#running;
  }

  /** How many runs would start at once. */
  get room(): number {
    if (this.#closed) return 0;
    return Math.max(0, this.#options.slots - this.#running - this.waiting);
  }

  /**
   * Accepts a run, waits for a slot, and carries it out.
   *
   * @throws AppError `overloaded` (the queue is full), `queue-timeout`, `run-timeout`, `draining`,
   *   `task-failed`, `run-crashed`; or the reason of the request's signal
   */
  async run(request: RunRequest): Promise<Outcome> {
    const acceptedAt = this.#options.clock.now();
    await this.#slot(request);
    return this.#carryOut(request, acceptedAt);
  }

  /** Resolves when nothing runs and so nothing waits. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Turns away what waits and what comes; what runs goes on to its end. */
  close(): void {
    this.#closed = true;
    this.#tellRoom();
    for (let next = this.#next(); next; next = this.#next()) next.refuse(stopping());
  }

  /** Resolves when the run holds a slot; `#release` gives it on. */
  #slot({ lane, signal }: RunRequest): Promise<void> | undefined {
    const { slots, maxPending, queueTimeoutMs, clock } = this.#options;
    if (this.#closed) throw stopping();
    signal.throwIfAborted();
    if (this.#running < slots) {
      this.#running++;
      this.#tellRoom();
      return;
    }
    if (this.waiting >= maxPending) throw overloaded(this.waiting, this.#retryAfterSeconds());

    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const depart = () => {
      place.leave();
      callOff();
      signal.removeEventListener("abort", onAbort);
      this.#tellRoom();
    };
    const refuse = (reason: unknown) => {
      depart();
      reject(reason);
    };
    const grant = () => {
      depart();
      resolve();
    };
    const onAbort = () => refuse(signal.reason);
    const place = this.#lanes[lane].push({ grant, refuse });
    const callOff = clock.after(queueTimeoutMs, () =>
      refuse(waitedTooLong(queueTimeoutMs, this.#retryAfterSeconds())),
    );
    signal.addEventListener("abort", onAbort, { once: true });
    this.#tellRoom();
    return promise;
  }

  async #carryOut(request: RunRequest, acceptedAt: number): Promise<Outcome> {
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
      this.#pace.record(clock.now() - takenAt);
      this.#release();
    };
    const run = executor.run(task, input, end, events);
    run.then(ended, ended); // Before the outcome is told: the slot is for the next run.
    run.then(resolve, reject);
    const outcome = await promise;
    // A synchronous run keeps the timer from firing: its deadline is told afterwards.
    if (outcome.ranMs > runTimeoutMs) throw tookTooLong(task, executor, runTimeoutMs, limit);
    return { ...outcome, executor: executor.name, queuedMs };
  }

  #release(): void {
    const next = this.#next();
    if (next) {
      next.grant();
      return;
    }
    this.#running--;
    this.#tellRoom();
    if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #tellRoom(): void {
    const { room } = this;
    if (room === this.#lastRoom) return;
    this.#lastRoom = room;
    this.#options.onRoom?.(room);
  }

  #next(): Waiting | undefined {
    return this.#lanes.live.shift() ?? this.#lanes.batch.shift();
  }

  #retryAfterSeconds(): number {
    return this.#pace.secondsFor(this.waiting + this.#running);
  }
}
