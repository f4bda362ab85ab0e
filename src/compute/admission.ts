import type { Clock } from "../clock.ts";
import type { Task } from "../tasks/task.ts";
import { Pace } from "./pace.ts";
import {
  drainingError,
  overloadedError,
  queueTimeoutError,
  tooMuchMemoryError,
} from "./refusals.ts";
import { taskFailedError } from "./task-failed.ts";
import { type LaneName, WaitingLine } from "./waiting-line.ts";

export type { LaneName } from "./waiting-line.ts";

export interface AdmissionOptions {
  /** Runs that may run at the same time. */
  readonly slots: number;
  /**
   * Memory that running runs may take together, as their tasks estimate it. No limit if left out.
   */
  readonly memoryBytes?: number;
  /** Runs that may wait for a slot, both lanes together. */
  readonly maxPending: number;
  readonly queueTimeoutMs: number;
  readonly clock: Clock;
  /**
   * Called with the number of runs that would start at once, whenever it changes. Must not throw.
   */
  readonly onRoom?: (room: number) => void;
}

/**
 * Decides who may start and who waits: by slots, by memory and by lane.
 *
 * A run that does not fit into the memory left waits. Every other run that takes memory then waits
 * behind it, in either lane, so that light runs cannot keep it waiting for ever. Runs that take no
 * memory go on. A run that needs more memory than there is in all is refused at once.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #memoryBytes: number;
  readonly #line = new WaitingLine();
  readonly #pace: Pace;
  #running = 0;
  /** Memory of the runs that hold a slot. */
  #heldBytes = 0;
  #lastRoom: number;
  #closed = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#memoryBytes = options.memoryBytes ?? Number.POSITIVE_INFINITY;
    this.#pace = new Pace(options.slots);
    this.#lastRoom = options.slots;
  }

  get waiting(): number {
    return this.#line.length;
  }

  get running(): number {
    return this.#running;
  }

  /** How many runs without memory would start at once. */
  get room(): number {
    if (this.#closed) return 0;
    return Math.max(0, this.#options.slots - this.#running - this.waiting);
  }

  /**
   * The memory that a run of this input takes.
   *
   * @throws AppError `invalid-input` if it could not even run alone; `task-failed` if the task
   *   cannot tell
   */
  requireMemory(task: Task, input: unknown): number {
    if (!task.memoryBytes) return 0;
    const needed = memoryOf(task, input);
    if (needed <= this.#memoryBytes) return needed;
    throw tooMuchMemoryError(task, needed, this.#memoryBytes);
  }

  /**
   * Resolves when the run holds a slot and its memory; `release` gives them back.
   *
   * @throws AppError `overloaded`, `queue-timeout`, `draining`; or the reason of the signal
   */
  enter(lane: LaneName, memoryBytes: number, signal: AbortSignal): Promise<void> | undefined {
    const { maxPending } = this.#options;
    if (this.#closed) throw drainingError();
    signal.throwIfAborted();
    if (this.#mayPass(memoryBytes)) {
      this.#take(memoryBytes);
      this.#tellRoom();
      return;
    }
    if (this.waiting >= maxPending) throw overloadedError(this.waiting, this.#retryAfterSeconds());
    return this.#wait(lane, memoryBytes, signal);
  }

  /** @param heldMs how long the run held them */
  release(memoryBytes: number, heldMs: number): void {
    this.#pace.record(heldMs);
    this.#running--;
    this.#heldBytes -= memoryBytes;
    this.#startWhatFits();
    this.#tellRoom();
  }

  /** Refuses the runs that wait and those that come. */
  close(): void {
    this.#closed = true;
    this.#tellRoom();
    for (let next = this.#line.any; next; next = this.#line.any) next.refuse(drainingError());
  }

  #wait(lane: LaneName, memoryBytes: number, signal: AbortSignal): Promise<void> {
    const { queueTimeoutMs, clock } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const depart = () => {
      leave();
      callOff();
      signal.removeEventListener("abort", onAbort);
      this.#tellRoom();
    };
    const refuse = (reason: unknown) => {
      depart();
      reject(reason);
      this.#startWhatFits(); // The refused run may have been the one that kept the others waiting.
    };
    const grant = () => {
      this.#take(memoryBytes);
      depart();
      resolve();
    };
    const onAbort = () => refuse(signal.reason);
    const leave = this.#line.push(lane, { memoryBytes, grant, refuse });
    const callOff = clock.after(queueTimeoutMs, () =>
      refuse(queueTimeoutError(queueTimeoutMs, this.#retryAfterSeconds())),
    );
    signal.addEventListener("abort", onAbort, { once: true });
    // Nothing starts. But the line must learn that this run waits although a slot is free.
    this.#startWhatFits();
    this.#tellRoom();
    return promise;
  }

  #startWhatFits(): void {
    if (this.#closed) return;
    while (this.#running < this.#options.slots) {
      const next = this.#line.next(this.#memoryBytes - this.#heldBytes);
      if (!next) return;
      next.grant();
    }
  }

  /** While a slot is free, runs wait for memory only. */
  #mayPass(memoryBytes: number): boolean {
    if (this.#running >= this.#options.slots) return false;
    if (memoryBytes === 0) return true;
    return this.waiting === 0 && this.#heldBytes + memoryBytes <= this.#memoryBytes;
  }

  #take(memoryBytes: number): void {
    this.#running++;
    this.#heldBytes += memoryBytes;
  }

  #tellRoom(): void {
    const { room } = this;
    if (room === this.#lastRoom) return;
    this.#lastRoom = room;
    this.#options.onRoom?.(room);
  }

  #retryAfterSeconds(): number {
    return this.#pace.secondsFor(this.waiting + this.#running);
  }
}

/** The function is user code: it may throw or return anything. */
function memoryOf(task: Task, input: unknown): number {
  try {
    const bytes: unknown = task.memoryBytes?.(input);
    if (typeof bytes === "number" && Number.isFinite(bytes) && bytes >= 0) return bytes;
    const wanted = "return a finite number of bytes, 0 or more";
    throw new TypeError(`its memoryBytes returned ${describeValue(bytes)}; ${wanted}`);
  } catch (error) {
    throw taskFailedError(task, error);
  }
}

function describeValue(value: unknown): string {
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}
