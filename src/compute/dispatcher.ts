import { AppError } from "../errors.ts";
import type { Task } from "../tasks/task.ts";
import { Admission, type AdmissionOptions } from "./admission.ts";
import { type CarryOutOptions, carryOut } from "./carry-out.ts";
import type { Outcome, RunRequest } from "./run-request.ts";

export type { Outcome, RunRequest } from "./run-request.ts";

export interface DispatcherOptions extends AdmissionOptions, CarryOutOptions {}

/**
 * The one queue in front of a worker's executors: bounded, with deadlines, live before batch. At
 * most `slots` runs are with the executors. All others wait here, where a client that leaves or a
 * deadline that passes removes them.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #admission: Admission;

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
   *   `task-failed`, `run-crashed`, `invalid-input` (see `requireMemory`); UnendedRun if an attempt
   *   goes on after `--hang-timeout`; or the reason of the request's signal
   */
  async run(request: RunRequest): Promise<Outcome> {
    const { task, input, lane, signal } = request;
    const acceptedAt = this.#options.clock.now();
    let memoryBytes = 0;
    try {
      memoryBytes = this.requireMemory(task, input);
      await this.#admission.enter(lane, memoryBytes, signal);
    } catch (error) {
      this.#emitRefusal(request, error);
      throw error;
    }
    return carryOut(request, acceptedAt, this.#options, (heldMs) =>
      this.#admission.release(memoryBytes, heldMs),
    );
  }

  /**
   * The memory that a run of this input takes.
   *
   * @throws AppError `invalid-input` if that is more than a worker's runs may take together;
   *   `task-failed` if the task cannot tell
   */
  requireMemory(task: Task, input: unknown): number {
    return this.#admission.requireMemory(task, input);
  }

  /** Refuses the runs that wait and those that come. Running ones go on to their end. */
  close(): void {
    this.#admission.close();
  }

  #emitRefusal({ task, lane, executor }: RunRequest, error: unknown): void {
    const { telemetry } = this.#options;
    if (telemetry.listenerCount("run.refused") === 0) return;
    const problem = error instanceof AppError ? error.type : null;
    telemetry.emit("run.refused", { task: task.name, lane, executor: executor.name, problem });
  }
}
