import { Stop } from "../stop.ts";
import type { Task } from "../tasks/task.ts";
import type { Tracing } from "../telemetry/tracing/tracing.ts";
import { Admission, type AdmissionOptions } from "./admission.ts";
import { carryOut } from "./carry-out.ts";
import type { CarryOutOptions } from "./carry-out-options.ts";
import { offerOf } from "./hand-over/offer.ts";
import type { Needs } from "./needs.ts";
import { type QueuedRun, type RanElsewhere, requireOutcome } from "./queued-run.ts";
import { drainingError } from "./refusals.ts";
import { emitEndElsewhere, emitRefusal } from "./run-events.ts";
import { outcomeOf } from "./run-outcome.ts";
import type { Outcome, RunRequest } from "./run-request.ts";
import { RunTrace } from "./run-trace.ts";
import type { Entry } from "./waiting-line.ts";

export type { Outcome, RunRequest } from "./run-request.ts";

export interface DispatcherOptions extends AdmissionOptions, Omit<CarryOutOptions, "breakOff"> {
  /** Left out without an SDK of OpenTelemetry. */
  readonly tracing?: Tracing | undefined;
  /** Whether waiting runs may be handed over to other workers. */
  readonly lends?: boolean;
}

/**
 * The one queue in front of a worker's executors: bounded, with deadlines, live runs before jobs. The
 * runs with the executors take at most `slots` together. All others wait here, where a client that leaves or a
 * deadline that passes removes them.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions & CarryOutOptions;
  readonly #admission: Admission;
  readonly #breakOff = new Stop();

  constructor(options: DispatcherOptions) {
    this.#options = { ...options, breakOff: this.#breakOff };
    this.#admission = new Admission(options);
  }

  get waiting(): number {
    return this.#admission.waiting;
  }

  get running(): number {
    return this.#admission.running;
  }

  /** Slots that the running runs hold. */
  get busySlots(): number {
    return this.#admission.busySlots;
  }

  /** How many runs would start at once. */
  get room(): number {
    return this.#admission.room;
  }

  /**
   * Accepts a run, waits for a slot, and carries it out.
   *
   * @throws AppError `overloaded` (the queue is full), `queue-timeout`, `run-timeout`, `draining`,
   *   `task-failed`, `run-crashed`, `invalid-input` (see `requireNeeds`); UnendedRun if an attempt
   *   goes on after `--hang-timeout`; or the reason of the request's signal
   */
  async run(request: RunRequest): Promise<Outcome> {
    const { task, input, lane, signal, client } = request;
    const { clock, telemetry, tracing, lends } = this.#options;
    const acceptedAt = clock.now() - (request.borrowed?.waitedMs ?? 0);
    const trace = tracing && new RunTrace(tracing, request);
    let entry: Entry;
    let elsewhere: RanElsewhere | undefined;
    try {
      const needs = this.requireNeeds(task, input);
      const offer = lends ? offerOf(request, acceptedAt, trace) : undefined;
      entry = { task, lane, needs, signal, client, offer };
      elsewhere = await this.#admission.enter(entry);
    } catch (error) {
      const outcome = outcomeOf(error);
      trace?.end(outcome);
      emitRefusal(telemetry, request, outcome);
      throw error;
    }
    if (elsewhere) {
      const waitedMs = clock.now() - acceptedAt;
      trace?.endElsewhere(elsewhere, waitedMs);
      emitEndElsewhere(telemetry, request, elsewhere);
      return requireOutcome(elsewhere);
    }
    const onEnded = (heldMs: number) => this.#admission.release(entry, heldMs);
    return carryOut(request, { acceptedAt, trace, onEnded }, this.#options);
  }

  /**
   * What a run of this input takes: slots and memory.
   *
   * @throws AppError `invalid-input` if that is more memory than a worker's runs may take together;
   *   `task-failed` if the task cannot tell
   */
  requireNeeds(task: Task, input: unknown): Needs {
    return this.#admission.requireNeeds(task, input);
  }

  /** How many live runs would start at once, if they take one slot and no memory. */
  get liveRoom(): number {
    return this.#admission.liveRoom;
  }

  /** How many live runs wait here for a slot. */
  get waitingLive(): number {
    return this.#admission.waitingLive;
  }

  /**
   * Whether a live run of this input would start at once.
   *
   * @throws AppError as `requireNeeds` does
   */
  couldStart(task: Task, input: unknown): boolean {
    return this.#admission.couldStart(task, this.requireNeeds(task, input));
  }

  /** See `Admission.findToLend`. */
  findToLend(passes: (entry: Entry) => boolean): QueuedRun | undefined {
    return this.#admission.findToLend(passes);
  }

  /** See `Admission.changeMemory`. */
  changeMemory(memoryBytes: number): void {
    this.#admission.changeMemory(memoryBytes);
  }

  /** Refuses the runs that wait and those that come. Running ones go on to their end. */
  close(): void {
    this.#admission.close();
  }

  /** Tells the tasks of running live runs to stop (`context.signal`), where the event loop has them. */
  breakOff(): void {
    this.#breakOff.abort(drainingError());
  }
}
