import { systemClock } from "../clock.ts";
import type { Outcome, RunRequest } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import { AppError, UnendedRun } from "../errors.ts";
import { Stop, type StopSignal } from "../stop.ts";
import { isBytesInput, type TakenBytes } from "../tasks/bytes/bytes-input.ts";
import { checkInput } from "../tasks/check/check.ts";
import { giveAway } from "../tasks/output/given-away.ts";
import type { TaskRegistry } from "../tasks/registry.ts";
import type { Task } from "../tasks/task.ts";
import { callUserCode } from "../tasks/user-code.ts";
import type { Tracing } from "../telemetry/tracing/tracing.ts";
import type { Assignment, Ended, Ending } from "./assignment.ts";
import { AttemptEnds, type AttemptEndsOptions } from "./attempt-ends.ts";
import { AttemptRecord } from "./attempt-record.ts";
import { traceAttempt } from "./attempt-trace.ts";
import type { AttemptListener, JobConsumer, Jobs } from "./queue.ts";
import { isNotRun, noTaskError } from "./run-errors.ts";

export interface ConsumerOptions extends AttemptEndsOptions {
  readonly tasks: TaskRegistry;
  readonly dispatcher: { run(request: RunRequest): Promise<Outcome> };
  /** Reads the bytes of a job. Left out where no task takes bytes. */
  readonly readBody?: Jobs["readBody"];
  /** In order of preference: the first that can take a run gets it. */
  readonly executors: readonly Executor[];
  /**
   * Called after an attempt without a result. If it ended before its run (an unknown task, an invalid
   * input), no slot came free and the dispatcher told of no room. The queue must hear of it again: it
   * would count the job as still on its way, and send nothing in its place.
   */
  readonly onNoResult?: () => void;
  /** Called before a job that may end this process. */
  readonly onSuspect?: () => void;
  /** Left out without an SDK of OpenTelemetry. */
  readonly tracing?: Tracing | undefined;
}

/** How long to wait for a run that was broken off. */
const breakOffMs = 250;

interface UnderWay {
  /** Ends the run, if its executor can. */
  readonly stop: Stop;
  /** Ends the wait for a run that goes on. */
  readonly endWait: (reason: Error) => void;
}

/** Who hears of a run, and what ends it. */
interface Attending {
  readonly record: AttemptRecord;
  readonly listener: AttemptListener;
  readonly stop: Stop;
}

/** Carries out jobs as runs of the worker's dispatcher, in its lane for jobs. */
export class Consumer implements JobConsumer {
  readonly #options: ConsumerOptions;
  readonly #ends: AttemptEnds;
  readonly #underWay = new Set<UnderWay>();
  /** The reason, once all runs are broken off. */
  #breakOffReason: AppError | undefined;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#ends = new AttemptEnds(options);
  }

  get limits(): Readonly<Record<string, number>> {
    const tasks = this.#options.tasks.list();
    return Object.fromEntries(
      tasks.flatMap(({ name, concurrency }) =>
        concurrency === undefined ? [] : [[name, concurrency]],
      ),
    );
  }

  run(assignment: Assignment, cancelled: StopSignal, listener: AttemptListener): Promise<Ending> {
    const { tracing } = this.#options;
    const carryOut = () => this.#carryOut(assignment, cancelled, listener);
    return tracing ? traceAttempt(tracing, assignment, carryOut) : carryOut();
  }

  async #carryOut(
    assignment: Assignment,
    cancelled: StopSignal,
    listener: AttemptListener,
  ): Promise<Ending> {
    if (assignment.isSuspect) this.#options.onSuspect?.();
    const record = new AttemptRecord(assignment, listener);
    const outcome = Promise.withResolvers<Outcome>();
    const stop = new Stop();
    stop.follow(cancelled);
    if (this.#breakOffReason) stop.abort(this.#breakOffReason);
    const underWay = { stop, endWait: outcome.reject };
    this.#underWay.add(underWay);
    try {
      const task = this.#taskOf(assignment);
      const input = isBytesInput(task.input)
        ? await this.#readBytes(assignment)
        : JSON.parse(assignment.input);
      const { id, token } = assignment;
      const attending = { record, listener, stop };
      // What is asked of the task may never end: the watchdog then knows the attempt. The run itself
      // begins later.
      const start = () => {
        const request = this.#requestOf(assignment, task, input, attending);
        return this.#options.dispatcher.run(request);
      };
      callUserCode("asked", task, start, { id, token }).then(outcome.resolve, outcome.reject);
      const ran = await outcome.promise;
      const write = () => this.#ends.withResult(assignment, task, ran);
      const ended = callUserCode("output", task, write, { id, token });
      return { ...ended, ...record.report() };
    } catch (error) {
      this.#options.onNoResult?.();
      const isUnended = error instanceof UnendedRun;
      const reason = isUnended ? error.reason : error;
      const ended = { ...this.#endedBy(reason, assignment, cancelled), ...record.report(reason) };
      return isUnended ? { kind: "at-exit", ended } : ended;
    } finally {
      this.#underWay.delete(underWay);
    }
  }

  /**
   * Ends the runs that can be ended: their jobs return to the queue at once. The other jobs return
   * when the worker has ended.
   */
  breakOff(): void {
    const reason = new AppError("draining", "The worker is stopping.");
    this.#breakOffReason = reason;
    for (const { stop } of this.#underWay) stop.abort(reason);
    systemClock.after(breakOffMs, () => {
      for (const { endWait } of this.#underWay) endWait(new UnendedRun(reason));
    });
  }

  #taskOf({ task: name }: Assignment): Task {
    const task = this.#options.tasks.get(name);
    if (!task) throw noTaskError(name);
    return task;
  }

  /** The bytes of a job, as they were sent. They are in a buffer of their own, which can be moved. */
  async #readBytes({ id, input }: Assignment): Promise<unknown> {
    const data = await this.#options.readBody?.(id, "input");
    const { type, query } = Object(JSON.parse(input)) as Partial<TakenBytes<unknown>>;
    return { data: data && giveAway(data), type, query };
  }

  /** The task and its schema may have changed since the job was accepted. */
  #requestOf(
    { id, token, attempt: attemptNumber, timeoutMs: runTimeoutMs }: Assignment,
    task: Task,
    sent: unknown,
    { record, listener, stop }: Attending,
  ): RunRequest {
    const input = checkInput(task, sent);
    const executor = this.#executorFor(task, input);
    record.executor = executor.name;
    return {
      task,
      input,
      executor,
      lane: "jobs",
      signal: stop,
      stop,
      runTimeoutMs,
      attempt: { id, token },
      attemptNumber,
      onStart: listener.onStart,
      startMark: listener.startMark,
      listener: record.listener,
      account: record.account,
    };
  }

  #executorFor(task: Task, input: unknown): Executor {
    const { executors: all } = this.#options;
    const named = all.filter(({ name }) => name === task.executor);
    const executors = [...named, ...all.filter(({ name }) => name !== task.executor)];
    const able = executors.find((executor) => !executor.refusal(task, input));
    if (able) return able;
    const refusals = executors.map((executor) => executor.refusal(task, input));
    throw new AppError("executor-unavailable", refusals.join(" "));
  }

  #endedBy(error: unknown, assignment: Assignment, cancelled: StopSignal): Ended {
    if (cancelled.aborted) return this.#ends.stopped(assignment, "cancelled");
    const isBrokenOff = this.#breakOffReason !== undefined || isNotRun(error);
    if (isBrokenOff) return this.#ends.stopped(assignment, "handed-back");
    return this.#ends.withError(assignment, error);
  }
}
