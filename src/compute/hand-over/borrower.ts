import type { BorrowAnswer, LentRun } from "../../channel/hand-over.ts";
import type { ExecutorName } from "../../config/config.ts";
import { Stop } from "../../stop.ts";
import { checkInput } from "../../tasks/check/check.ts";
import type { TaskRegistry } from "../../tasks/registry.ts";
import type { RunLog } from "../../tasks/run-log.ts";
import type { Task } from "../../tasks/task.ts";
import type { Dispatcher, RunRequest } from "../dispatcher.ts";
import type { Executor } from "../executor.ts";
import type { RunAccount, RunPlace } from "../run-request.ts";
import { toCrossingFailure, toCrossingOutcome } from "./crossing-outcome.ts";

export interface BorrowerOptions {
  readonly dispatcher: Pick<Dispatcher, "run" | "couldStart" | "liveRoom">;
  readonly tasks: Pick<TaskRegistry, "get">;
  readonly executors: ReadonlyMap<ExecutorName, Executor>;
  /** This worker. */
  readonly place: RunPlace;
  /** The run is about to start. Sent before it can hold the event loop. */
  readonly tellStarted: (number: number) => void;
}

type Startable = Pick<RunRequest, "task" | "input" | "executor">;

/** Carries out runs of other workers, as live runs of this one. What could not start at once it refuses. */
export class Borrower {
  readonly #options: BorrowerOptions;
  readonly #underWay = new Map<number, Stop>();
  #isLeaving = false;

  constructor(options: BorrowerOptions) {
    this.#options = options;
  }

  /** @param number the primary's for this run */
  async carryOut(number: number, lent: LentRun): Promise<BorrowAnswer> {
    const startable = this.#isLeaving ? undefined : this.#startable(lent);
    if (!startable) return this.#refusal();
    const stop = new Stop();
    this.#underWay.set(number, stop);
    try {
      return await this.#run(number, startable, lent, stop);
    } finally {
      this.#underWay.delete(number);
    }
  }

  /** Its client has gone. */
  stop(number: number): void {
    this.#underWay.get(number)?.abort(new Error("The client has gone"));
  }

  /** Borrows no more. */
  leave(): void {
    this.#isLeaving = true;
  }

  async #run(
    number: number,
    startable: Startable,
    { waitedMs, runTimeoutMs, traceparent }: LentRun,
    stop: Stop,
  ): Promise<BorrowAnswer> {
    const { dispatcher, place, tellStarted } = this.#options;
    let hasStarted = false;
    let log: RunLog | null = null;
    const onStart = () => {
      hasStarted = true;
      tellStarted(number);
    };
    const onLog = (said: RunLog) => {
      log = said;
    };
    const account: RunAccount = { queuedMs: null, ranMs: null, cpuMs: null };
    const borrowed = { waitedMs, traceparent };
    const of = { lane: "live", signal: stop, borrowed, onStart, listener: { onLog } } as const;
    const limit = runTimeoutMs === null ? {} : { runTimeoutMs };
    try {
      const outcome = await dispatcher.run({ ...startable, ...of, ...limit, account });
      return toCrossingOutcome(outcome, place, log);
    } catch (error) {
      return hasStarted ? toCrossingFailure(error, account, log) : this.#refusal();
    }
  }

  /** Undefined where it would not start at once. */
  #startable(lent: LentRun): Startable | undefined {
    const { dispatcher, tasks, executors } = this.#options;
    const task = tasks.get(lent.task);
    const executor = executors.get(lent.executor as ExecutorName);
    if (!task || !executor || dispatcher.liveRoom === 0) return undefined;
    try {
      const input = checkInput(task, JSON.parse(lent.input));
      return mayStart(task, input) ? { task, input, executor } : undefined;
    } catch {
      return undefined; // Its own worker, whose schema has passed it, sees to it.
    }

    function mayStart(of: Task, input: unknown): boolean {
      return executor?.refusal(of, input) === undefined && dispatcher.couldStart(of, input);
    }
  }

  #refusal(): BorrowAnswer {
    return { kind: "refused", isBusy: !this.#isLeaving && this.#options.dispatcher.liveRoom === 0 };
  }
}
