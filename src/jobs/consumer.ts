import { systemClock } from "../clock.ts";
import type { Outcome, RunRequest } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import { AppError, messageOf, type ProblemType, UnendedRun } from "../errors.ts";
import { checkInput } from "../tasks/check/check.ts";
import { jsonWithBytes } from "../tasks/output/output.ts";
import type { TaskRegistry } from "../tasks/registry.ts";
import type { Task } from "../tasks/task.ts";
import type { AttemptEnded, Telemetry } from "../telemetry/events.ts";
import type { Assignment, Ended, Ending } from "./job.ts";
import type { JobConsumer } from "./queue.ts";

export interface ConsumerOptions {
  readonly tasks: TaskRegistry;
  readonly dispatcher: { run(request: RunRequest): Promise<Outcome> };
  /** In order of preference: the first that can take a run gets it. */
  readonly executors: readonly Executor[];
  readonly resultLimitBytes: number;
  readonly telemetry: Telemetry;
  /**
   * Called after an attempt without a result. If it ended before its run (an unknown task, an invalid
   * input), no slot came free and the dispatcher told of no room. The queue must hear of it again: it
   * would count the job as still on its way, and send nothing in its place.
   */
  readonly onNoResult?: () => void;
  /** Called before a job that may end this process. */
  readonly onSuspect?: () => void;
}

/** The run never started, or the server broke it off: the attempt does not count. */
const notRun: readonly ProblemType[] = ["overloaded", "queue-timeout", "draining"];

/** Another attempt may end differently. */
const passing: readonly ProblemType[] = ["task-failed", "run-crashed", "run-timeout"];

/** How long to wait for a run that was broken off. */
const breakOffMs = 250;

interface UnderWay {
  /** Ends the run, if its executor can. */
  readonly stop: AbortController;
  /** Ends the wait for a run that goes on. */
  readonly endWait: (reason: Error) => void;
}

/** Carries out jobs as runs of the worker's dispatcher, in its lane for jobs. */
export class Consumer implements JobConsumer {
  readonly #options: ConsumerOptions;
  readonly #underWay = new Set<UnderWay>();
  /** The reason, once all runs are broken off. */
  #breakOffReason: AppError | undefined;

  constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  async run(
    assignment: Assignment,
    cancelled: AbortSignal,
    onProgress: (progress: string) => void,
  ): Promise<Ending> {
    if (assignment.isSuspect) this.#options.onSuspect?.();
    const { promise: unended, reject: endWait } = Promise.withResolvers<never>();
    const underWay = { stop: stopOf(cancelled), endWait };
    if (this.#breakOffReason) underWay.stop.abort(this.#breakOffReason);
    this.#underWay.add(underWay);
    try {
      const outcome = this.#outcome(assignment, underWay.stop.signal, onProgress);
      return this.#kept(assignment, await Promise.race([outcome, unended]));
    } catch (error) {
      this.#options.onNoResult?.();
      if (!(error instanceof UnendedRun)) return this.#endedBy(error, assignment, cancelled);
      return { kind: "at-exit", ended: this.#endedBy(error.reason, assignment, cancelled) };
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

  /** The task and its schema may have changed since the job was accepted. */
  #outcome(
    { id, token, task: name, input, timeoutMs }: Assignment,
    signal: AbortSignal,
    onProgress: (progress: string) => void,
  ) {
    const { tasks, dispatcher } = this.#options;
    const task = tasks.get(name);
    if (!task) throw new AppError("not-found", noTask(name));
    const checked = checkInput(task, JSON.parse(input));
    const executor = this.#executorFor(task, checked);
    const run = { task, input: checked, executor, lane: "batch", signal, stop: signal } as const;
    return dispatcher
      .run({ ...run, attempt: { id, token }, runTimeoutMs: timeoutMs, onProgress })
      .then((outcome) => ({ task, outcome }));
  }

  #executorFor(task: Task, input: unknown): Executor {
    const { executors } = this.#options;
    const able = executors.find((executor) => !executor.refusal(task, input));
    if (able) return able;
    const refusals = executors.map((executor) => executor.refusal(task, input));
    throw new AppError("executor-unavailable", refusals.join(" "));
  }

  /** Another attempt would have the same result: a failure here is final. */
  #kept(assignment: Assignment, { task, outcome }: { task: Task; outcome: Outcome }): Ending {
    try {
      const { json, bytesAt } = jsonWithBytes(task, outcome.result);
      this.#requireSize(task, Buffer.byteLength(json));
      this.#tell(assignment, "succeeded");
      return { kind: "succeeded", result: json, ...(bytesAt !== undefined && { bytesAt }) };
    } catch (error) {
      return this.#failed(assignment, error, false);
    }
  }

  #endedBy(error: unknown, assignment: Assignment, cancelled: AbortSignal): Ended {
    const isBrokenOff = this.#breakOffReason !== undefined || isNotRun(error);
    if (!cancelled.aborted && !isBrokenOff) {
      return this.#failed(assignment, error, mayEndOtherwise(error));
    }
    const kind = cancelled.aborted ? "cancelled" : "handed-back";
    this.#tell(assignment, kind);
    return { kind };
  }

  #failed(assignment: Assignment, thrown: unknown, retry: boolean): Ended {
    const error = appErrorOf(thrown);
    this.#tell(assignment, "failed", error);
    return { kind: "failed", error: { type: error.type, detail: error.detail }, retry };
  }

  #tell({ id, attempt, task }: Assignment, ending: AttemptEnded["ending"], error?: AppError): void {
    const { telemetry } = this.#options;
    if (telemetry.listenerCount("job.attempt-ended") === 0) return;
    const ended = { job: id, attempt, task, ending, ...(error && { error }) };
    telemetry.emit("job.attempt-ended", ended);
  }

  #requireSize(task: Task, bytes: number): void {
    const limit = this.#options.resultLimitBytes;
    if (bytes <= limit) return;
    const detail = `The result of ${task.name} has ${bytes} bytes as JSON; at most ${limit} are kept (--job-result-limit).`;
    throw new AppError("result-too-large", detail);
  }
}

/** Aborts with `cancelled`; `AbortSignal.any` would take some 40 us. */
function stopOf(cancelled: AbortSignal): AbortController {
  const stop = new AbortController();
  if (cancelled.aborted) stop.abort(cancelled.reason);
  cancelled.addEventListener("abort", () => stop.abort(cancelled.reason), { once: true });
  return stop;
}

function noTask(name: string): string {
  return `This server has no task ${name}. Start it with the --tasks file that has it, and submit the job again: this one has failed for good.`;
}

function isNotRun(error: unknown): boolean {
  return error instanceof AppError && notRun.includes(error.type);
}

/** Whether another attempt may help: the task threw, lost its thread or took too long. */
function mayEndOtherwise(error: unknown): boolean {
  return error instanceof AppError && passing.includes(error.type);
}

function appErrorOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError("internal-error", messageOf(thrown), { cause: thrown });
}
