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
  /** Runs that may be with the executors at the same time. */
  readonly slots: number;
  /** Memory that these may take together, as far as their tasks tell; any where it is left out. */
  readonly memoryBytes?: number;
  /** Runs that may wait for a slot, in both lanes together. */
  readonly maxPending: number;
  readonly queueTimeoutMs: number;
  readonly clock: Clock;
  /** Hears how many runs would start at once, whenever that changes. Must not throw. */
  readonly onRoom?: (room: number) => void;
}

/**
 * Who may start, and who waits: slots, memory and the two lanes.
 *
 * A run whose memory does not fit beside what runs waits, and whatever else takes memory waits
 * behind it, of either lane. So memory comes free for it, and lighter runs cannot keep it waiting
 * for ever. Runs that take none go on. One that needs more than there is never waits: it is refused.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #memoryBytes: number;
  readonly #line = new WaitingLine();
  readonly #pace: Pace;
  #running = 0;
  /** Memory of the runs that are with the executors. */
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

  /** How many runs would start at once, if they took no memory. */
  get room(): number {
    if (this.#closed) return 0;
    return Math.max(0, this.#options.slots - this.#running - this.waiting);
  }

  /**
   * The memory that a run of this input takes.
   *
   * @throws AppError `invalid-input` where it could not even run alone; `task-failed` where the task
   *   does not tell
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

  /** Turns away what waits and what comes. */
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
      this.#startWhatFits(); // It may have been what kept the others waiting.
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
    this.#startWhatFits(); // Nothing does; the line learns that this one waits although there is a slot.
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

  /** With a slot free, whatever waits does so for memory. */
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

/** The function is an author's: it may throw, and return anything. */
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
