import type { Clock } from "../clock.ts";
import type { Task } from "../tasks/task.ts";
import { Lane } from "./lane.ts";
import { Pace } from "./pace.ts";
import { neverFits, overloaded, stopping, waitedTooLong } from "./refusals.ts";

/** `live` runs have a client waiting and go before `batch` runs (jobs). */
export type LaneName = "live" | "batch";

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

/** A run that waits: `grant` hands it a slot and its memory, `refuse` sends it away. */
interface Waiting {
  readonly memoryBytes: number;
  grant(): void;
  refuse(reason: unknown): void;
}

/**
 * Who may start, and who waits: slots, memory and the two lanes.
 *
 * A run whose memory does not fit beside what runs waits at the head of its lane, and what came
 * after it waits behind it. So it is the next to start, and lighter ones cannot keep it waiting for
 * ever. One that needs more than there is never waits: it is refused.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #memoryBytes: number;
  readonly #lanes: Readonly<Record<LaneName, Lane<Waiting>>>;
  readonly #pace: Pace;
  #running = 0;
  /** Memory of the runs that are with the executors. */
  #heldBytes = 0;
  #lastRoom: number;
  #closed = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#memoryBytes = options.memoryBytes ?? Number.POSITIVE_INFINITY;
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

  /** How many runs would start at once, if they took no memory. */
  get room(): number {
    if (this.#closed) return 0;
    return Math.max(0, this.#options.slots - this.#running - this.waiting);
  }

  /**
   * The memory that a run of this input takes.
   *
   * @throws AppError `invalid-input` where it could not even run alone
   */
  requireMemory(task: Task, input: unknown): number {
    if (!task.memoryBytes) return 0;
    const needed = Math.max(0, task.memoryBytes(input));
    if (needed <= this.#memoryBytes) return needed;
    throw neverFits(task, needed, this.#memoryBytes);
  }

  /**
   * Resolves when the run holds a slot and its memory; `release` gives them back.
   *
   * @throws AppError `overloaded`, `queue-timeout`, `draining`; or the reason of the signal
   */
  enter(lane: LaneName, memoryBytes: number, signal: AbortSignal): Promise<void> | undefined {
    const { maxPending } = this.#options;
    if (this.#closed) throw stopping();
    signal.throwIfAborted();
    if (!this.#hasBefore(lane) && this.#fits(memoryBytes)) {
      this.#take(memoryBytes);
      this.#tellRoom();
      return;
    }
    if (this.waiting >= maxPending) throw overloaded(this.waiting, this.#retryAfterSeconds());
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
    for (let next = this.#first; next; next = this.#first) next.refuse(stopping());
  }

  #wait(lane: LaneName, memoryBytes: number, signal: AbortSignal): Promise<void> {
    const { queueTimeoutMs, clock } = this.#options;
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
      this.#startWhatFits(); // It may have been what kept the others waiting.
    };
    const grant = () => {
      this.#take(memoryBytes);
      depart();
      resolve();
    };
    const onAbort = () => refuse(signal.reason);
    const place = this.#lanes[lane].push({ memoryBytes, grant, refuse });
    const callOff = clock.after(queueTimeoutMs, () =>
      refuse(waitedTooLong(queueTimeoutMs, this.#retryAfterSeconds())),
    );
    signal.addEventListener("abort", onAbort, { once: true });
    this.#tellRoom();
    return promise;
  }

  /** Starts the first that wait, in their order, until one has to wait on. */
  #startWhatFits(): void {
    if (this.#closed) return;
    for (let next = this.#first; next && this.#fits(next.memoryBytes); next = this.#first) {
      next.grant();
    }
  }

  #fits(memoryBytes: number): boolean {
    if (this.#running >= this.#options.slots) return false;
    return this.#heldBytes + memoryBytes <= this.#memoryBytes;
  }

  #take(memoryBytes: number): void {
    this.#running++;
    this.#heldBytes += memoryBytes;
  }

  /** Whether something waits that goes before what comes to this lane now. */
  #hasBefore(lane: LaneName): boolean {
    return lane === "live" ? this.#lanes.live.length > 0 : this.waiting > 0;
  }

  /** What starts next; it is in its lane until it is granted or refused. */
  get #first(): Waiting | undefined {
    return this.#lanes.live.first ?? this.#lanes.batch.first;
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
