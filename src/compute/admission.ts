import type { Clock } from "../clock.ts";
import type { Task } from "../tasks/task.ts";
import { type Needs, requireNeeds } from "./needs.ts";
import { Pace } from "./pace.ts";
import { drainingError, overloadedError, queueTimeoutError } from "./refusals.ts";
import { type TaskLimit, TaskLimits } from "./task-limits.ts";
import { type Entry, WaitingLine } from "./waiting-line.ts";

export type { LaneName } from "./waiting-line.ts";

export interface AdmissionOptions {
  /** What running runs may take together. Most take one. */
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
 * Decides who may start and who waits: by slots, by memory, by lane, and by the `concurrency` of its
 * task (live runs only: that of jobs is the queue's).
 *
 * A run that does not fit into the memory left waits. Every other run that takes memory then waits
 * behind it, in either lane, so that light runs cannot keep it waiting for ever. Runs that take no
 * memory go on. A run that needs more memory than there is in all is refused at once. A run that
 * needs more slots than are free has them kept for it when its turn comes: see `WaitingLine`.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #most: Needs;
  readonly #line = new WaitingLine();
  readonly #limits = new TaskLimits();
  readonly #pace: Pace;
  #running = 0;
  /** What the running runs hold. */
  #heldSlots = 0;
  #heldBytes = 0;
  #lastRoom: number;
  #closed = false;

  constructor(options: AdmissionOptions) {
    const { slots, memoryBytes = Number.POSITIVE_INFINITY } = options;
    this.#options = options;
    this.#most = { slots, memoryBytes };
    this.#pace = new Pace(slots);
    this.#lastRoom = slots;
  }

  get waiting(): number {
    return this.#line.length + this.#limits.parked;
  }

  get running(): number {
    return this.#running;
  }

  /** What the running runs hold. */
  get busySlots(): number {
    return this.#heldSlots;
  }

  /** How many runs of one slot and without memory would start at once. */
  get room(): number {
    if (this.#closed || this.#line.keepsSlots) return 0;
    return Math.max(0, this.#freeSlots - this.#line.length);
  }

  /** @throws AppError `invalid-input`, `task-failed`: see `requireNeeds` */
  requireNeeds(task: Task, input: unknown): Needs {
    return requireNeeds(task, input, this.#most);
  }

  /**
   * Resolves when the run holds its slots and its memory; `release` gives them back.
   *
   * @throws AppError `overloaded`, `queue-timeout`, `draining`; or the reason of the signal
   */
  enter(entry: Entry): Promise<void> | undefined {
    const { task, lane, needs, signal } = entry;
    if (this.#closed) throw drainingError();
    signal.throwIfAborted();
    const limit = lane === "live" ? this.#limits.of(task) : undefined;
    const isIn = limit === undefined || limit.take();
    if (isIn && this.#mayPass(needs)) {
      this.#take(needs);
      this.#tellRoom();
      return;
    }
    if (this.waiting < this.#options.maxPending) return this.#wait(entry, limit, isIn);
    if (isIn) limit?.giveBack();
    throw overloadedError(this.waiting, this.#retryAfterSeconds());
  }

  /** @param heldMs how long the run held what it needs */
  release({ task, lane, needs }: Omit<Entry, "signal">, heldMs: number): void {
    this.#pace.record(heldMs * needs.slots);
    this.#running--;
    this.#heldSlots -= needs.slots;
    this.#heldBytes -= needs.memoryBytes;
    if (lane === "live") this.#limits.of(task)?.giveBack();
    this.#startWhatFits();
    this.#tellRoom();
  }

  /** Refuses the runs that wait and those that come. */
  close(): void {
    this.#closed = true;
    this.#tellRoom();
    const any = () => this.#limits.anyParked ?? this.#line.any;
    for (let next = any(); next; next = any()) next.refuse(drainingError());
  }

  /** @param wasIn false if the run has to wait for others of its task first */
  #wait({ lane, needs, signal }: Entry, limit: TaskLimit | undefined, wasIn: boolean) {
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
      if (isIn) limit?.giveBack();
      reject(reason);
      this.#startWhatFits(); // The refused run may have been the one that kept the others waiting.
    };
    const grant = () => {
      this.#take(needs);
      depart();
      resolve();
    };
    const onAbort = () => refuse(signal.reason);
    const run = { needs, grant, refuse };
    const toLine = () => {
      isIn = true;
      return this.#line.push(lane, run);
    };
    let isIn = wasIn;
    const leave = !limit || wasIn ? toLine() : limit.park(run, toLine);
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
    while (this.#freeSlots > 0 && this.#line.length > 0) {
      const memoryBytes = this.#most.memoryBytes - this.#heldBytes;
      const next = this.#line.next({ slots: this.#freeSlots, memoryBytes });
      if (!next) return;
      next.grant();
    }
  }

  /** While a slot is free, runs wait for memory only, or because the slots are kept for one. */
  #mayPass({ slots, memoryBytes }: Needs): boolean {
    if (slots > this.#freeSlots || this.#line.keepsSlots) return false;
    if (memoryBytes === 0) return true;
    return this.#line.length === 0 && this.#heldBytes + memoryBytes <= this.#most.memoryBytes;
  }

  #take({ slots, memoryBytes }: Needs): void {
    this.#running++;
    this.#heldSlots += slots;
    this.#heldBytes += memoryBytes;
  }

  get #freeSlots(): number {
    return this.#options.slots - this.#heldSlots;
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
