import type { Clock } from "../clock.ts";
import type { Task } from "../tasks/task.ts";
import { Capacity } from "./capacity.ts";
import { ClientsInLine } from "./clients-in-line.ts";
import { type Needs, requireNeeds } from "./needs.ts";
import { Pace } from "./pace.ts";
import { type Desk, QueuedRun, type RanElsewhere } from "./queued-run.ts";
import { drainingError, gaveWayError, overloadedError, queueTimeoutError } from "./refusals.ts";
import { TaskLimits } from "./task-limits.ts";
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
  /** Called when a run has begun to wait, or to run, or has ended either. Must not throw. */
  readonly onChange?: () => void;
}

/** Most runs that are looked at for one that may be handed over. */
const mostLooks = 32;

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
  readonly #capacity: Capacity;
  readonly #line = new WaitingLine<QueuedRun>();
  /** Those that wait in another worker, or run there. */
  readonly #lent = new Set<QueuedRun>();
  readonly #clients = new ClientsInLine<QueuedRun>();
  readonly #limits = new TaskLimits();
  readonly #pace: Pace;
  readonly #desk: Desk;
  #running = 0;
  #lastRoom: number;
  #closed = false;

  constructor(options: AdmissionOptions) {
    const { slots, memoryBytes = Number.POSITIVE_INFINITY } = options;
    this.#desk = {
      ...{ line: this.#line, lent: this.#lent, clients: this.#clients },
      ...{ queueTimeoutMs: options.queueTimeoutMs, clock: options.clock },
      take: (needs) => this.#take(needs),
      onLeft: (isStarted) => {
        if (!isStarted) this.#startWhatFits(); // It may have kept the others waiting.
        this.#tellRoom();
      },
      lateError: () => queueTimeoutError(options.queueTimeoutMs, this.#retryAfterSeconds()),
    };
    this.#options = options;
    this.#capacity = new Capacity({ slots, memoryBytes });
    this.#pace = new Pace(slots);
    this.#lastRoom = slots;
  }

  get waiting(): number {
    return this.#line.length + this.#limits.parked + this.#lent.size;
  }

  /** How many live runs wait here for a slot. */
  get waitingLive(): number {
    return this.#line.live;
  }

  get running(): number {
    return this.#running;
  }

  /** What the running runs hold. */
  get busySlots(): number {
    return this.#capacity.heldSlots;
  }

  /** How many runs of one slot and without memory would start at once. */
  get room(): number {
    return Math.max(0, this.liveRoom - this.#line.length);
  }

  /** The same for live runs. Where a slot is free, what waits lacks memory: they pass it. */
  get liveRoom(): number {
    return this.#closed || this.#line.keepsSlots ? 0 : this.#capacity.freeSlots;
  }

  /** @throws AppError `invalid-input`, `task-failed`: see `requireNeeds` */
  requireNeeds(task: Task, input: unknown): Needs {
    return requireNeeds(task, input, this.#capacity.most);
  }

  /**
   * Resolves when the run holds its slots and its memory; `release` gives them back. A run that was
   * carried out elsewhere holds nothing: this resolves with what came of it.
   *
   * @throws AppError `overloaded`, `queue-timeout`, `draining`; or the reason of the signal
   */
  enter(entry: Entry): Promise<RanElsewhere | undefined> | undefined {
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
    if (this.waiting < this.#options.maxPending) {
      const run = new QueuedRun(entry, limit, isIn, this.#desk);
      // Nothing starts. But the line must learn that this run waits although a slot is free.
      this.#startWhatFits();
      this.#tellRoom();
      return run.admitted;
    }
    if (isIn) limit?.giveBack();
    return this.#enterFull(entry);
  }

  /** No client can take the whole line from the others: the newest run of the one with the most gives way. */
  #enterFull(entry: Entry): Promise<RanElsewhere | undefined> | undefined {
    const rival = this.#clients.rivalOf(entry);
    const seconds = this.#retryAfterSeconds();
    if (!rival) throw overloadedError(this.waiting, seconds);
    rival.refuse(gaveWayError(this.waiting, seconds));
    return this.enter(entry);
  }

  /** @param heldMs how long the run held what it needs */
  release({ task, lane, needs }: Omit<Entry, "signal">, heldMs: number): void {
    this.#pace.record(heldMs * needs.slots);
    this.#running--;
    this.#capacity.giveBack(needs);
    if (lane === "live") this.#limits.of(task)?.giveBack();
    this.#startWhatFits();
    this.#tellRoom();
  }

  /** Changes the memory that runs may take together. Those that came before keep what they need. */
  changeMemory(memoryBytes: number): void {
    this.#capacity.changeMemory(memoryBytes);
    this.#startWhatFits();
    this.#tellRoom();
  }

  /** Refuses the runs that wait and those that come. */
  close(): void {
    this.#closed = true;
    this.#tellRoom();
    const any = () => this.#limits.anyParked ?? this.#line.any ?? [...this.#lent][0];
    for (let next = any(); next; next = any()) next.refuse(drainingError());
  }

  /** Whether a live run would start at once. */
  couldStart(task: Task, needs: Needs): boolean {
    return !this.#closed && this.#mayPass(needs) && (this.#limits.of(task)?.hasRoom ?? true);
  }

  /**
   * The oldest waiting live run that may be handed over, and passes the test; undefined if there is
   * none. `lend` of it takes it out of the line.
   */
  findToLend(passes: (entry: Entry) => boolean): QueuedRun | undefined {
    return this.#line.findLive(
      ({ entry }) => entry.offer !== undefined && passes(entry),
      mostLooks,
    );
  }

  #startWhatFits(): void {
    if (this.#closed) return;
    while (this.#capacity.freeSlots > 0 && this.#line.length > 0) {
      const next = this.#line.next(this.#capacity.left);
      if (!next) return;
      next.grant();
    }
  }

  /** While a slot is free, runs wait for memory only, or because the slots are kept for one. */
  #mayPass(needs: Needs): boolean {
    if (needs.slots > this.#capacity.freeSlots || this.#line.keepsSlots) return false;
    if (needs.memoryBytes === 0) return true;
    return this.#line.length === 0 && this.#capacity.hasMemoryFor(needs);
  }

  #take(needs: Needs): void {
    this.#running++;
    this.#capacity.take(needs);
  }

  #tellRoom(): void {
    const { room } = this;
    this.#options.onChange?.();
    if (room === this.#lastRoom) return;
    this.#lastRoom = room;
    this.#options.onRoom?.(room);
  }

  #retryAfterSeconds(): number {
    return this.#pace.secondsFor(this.waiting + this.#running);
  }
}
