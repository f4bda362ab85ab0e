import { AppError, UnendedRun } from "../errors.ts";
import { Stop, type StopSignal } from "../stop.ts";
import type { RunListener } from "../tasks/context.ts";
import type { RunOnSlot } from "../telemetry/events.ts";
import type { TraceSpan } from "../telemetry/tracing/trace-span.ts";
import type { Admitted, CarryOutOptions } from "./carry-out-options.ts";
import type { Ran, RunEvents } from "./executor.ts";
import { hungMessage, noThreadError, runTimeoutError } from "./refusals.ts";
import { emitRunEnd, emitRunStart } from "./run-events.ts";
import { outcomeOf } from "./run-outcome.ts";
import type { Outcome, RunRequest } from "./run-request.ts";
import { ToldSignal } from "./told-signal.ts";

/** Carries out a run that has a slot. */
export function carryOut(
  request: RunRequest,
  admitted: Admitted,
  options: CarryOutOptions,
): Promise<Outcome> {
  return new Course(request, admitted, options).run();
}

/** One run: its start, its deadline, its end, and the answer to its caller. */
class Course implements RunEvents, RunOnSlot {
  readonly isCpuAsked: boolean;
  readonly startMark: RunEvents["startMark"];
  readonly listener: RunListener | undefined;
  readonly job: string | undefined;
  readonly attempt: number | undefined;
  readonly #request: RunRequest;
  readonly #options: CarryOutOptions;
  readonly #admitted: Admitted;
  readonly #runTimeoutMs: number;
  readonly #takenAt: number;
  /** Aborted at the deadline, and by the caller's `stop`. */
  readonly #stop = new Stop();
  /** What the task sees of that. Made when it first looks. */
  #told: ToldSignal | undefined;
  readonly #answer = Promise.withResolvers<Outcome>();
  #startedAt = 0;
  #hasStarted = false;
  #hasEnded = false;
  /** The run's place in the watch; -1 where it is not watched. */
  #place = -1;
  #cancelTimer: (() => void) | undefined;

  constructor(request: RunRequest, admitted: Admitted, options: CarryOutOptions) {
    this.#request = request;
    this.#options = options;
    this.#admitted = admitted;
    this.#runTimeoutMs = request.runTimeoutMs ?? options.runTimeoutMs;
    this.#takenAt = options.clock.now();
    this.isCpuAsked = request.attempt === undefined;
    this.listener = request.listener;
    this.job = request.attempt?.id;
    this.attempt = request.attemptNumber;
    this.startMark = request.startMark;
  }

  run(): Promise<Outcome> {
    const { task, input, executor } = this.#request;
    executor.run(task, input, this.#signal(), this).then(
      (ran) => this.#succeed(ran),
      (error) => this.#fail(error),
    );
    return this.#answer.promise;
  }

  /** Its attempt may wait: a job has no client. */
  onWait(): void {
    if (this.#request.attempt !== undefined) return;
    const { clock, queueTimeoutMs } = this.#options;
    const leftMs = this.#admitted.acceptedAt + queueTimeoutMs - clock.now();
    const giveUp = () => this.#stop.abort(noThreadError(queueTimeoutMs));
    this.#cancelTimer = clock.after(Math.max(0, leftMs), giveUp);
  }

  onStart(): void {
    const { task, executor, signal, attempt, account, onStart, startMark } = this.#request;
    const { clock, watch, telemetry, beforeHold } = this.#options;
    signal.throwIfAborted();
    if (executor.sharesLoop || !startMark) onStart?.();
    if (executor.sharesLoop) beforeHold?.(task);
    if (telemetry.listenerCount("run.started") > 0) this.#tellStart();
    this.#cancelTimer?.();
    this.#startedAt = clock.now();
    this.#hasStarted = true;
    this.#admitted.trace?.start();
    if (account) account.queuedMs = this.#queuedMs;
    // On the event loop no timer can fire before the function returns: it is set then.
    if (!executor.sharesLoop) this.#startTimer(this.#runTimeoutMs);
    else if (watch) {
      const deadline = this.#startedAt + this.#runTimeoutMs;
      this.#place = watch.enter(deadline, task.name, attempt);
    }
  }

  onReturn(isPending: boolean): void {
    if (!isPending) return; // The run ends in this turn.
    const { clock, watch } = this.#options;
    if (this.#place >= 0) watch?.returned();
    this.#startTimer(Math.max(0, this.#startedAt + this.#runTimeoutMs - clock.now()));
  }

  get span(): TraceSpan | undefined {
    return this.#admitted.trace?.span;
  }

  /** For the task: it aborts, too, where the run itself cannot be ended, or is not to be. */
  get signal(): AbortSignal {
    const { signal, stop } = this.#request;
    const sources = [this.#stop, signal, stop, this.#options.breakOff];
    // What the task left behind may first look after the end.
    this.#told ??= new ToldSignal(this.#hasEnded ? [] : sources);
    return this.#told.signal;
  }

  /** Ends the run, or the wait for it. */
  #signal(): StopSignal {
    const { attempt, executor, stop } = this.#request;
    // This executor cannot end a run. Ending the wait would let the next attempt overlap.
    if (attempt !== undefined && !executor.canInterrupt) return never;
    if (stop) this.#stop.follow(stop);
    return this.#stop;
  }

  #startTimer(delayMs: number): void {
    this.#cancelTimer = this.#options.clock.after(delayMs, () => this.#overstay());
  }

  #overstay(): void {
    const { attempt, task, executor } = this.#request;
    const { clock, hangTimeoutMs, onHung } = this.#options;
    const reason = this.#tookTooLong();
    this.#stop.abort(reason);
    if (attempt === undefined) this.#answer.reject(reason);
    this.#cancelTimer = clock.after(hangTimeoutMs, () => {
      const message = hungMessage(task, executor, this.#runTimeoutMs, hangTimeoutMs);
      this.#answer.reject(new UnendedRun(new AppError("run-timeout", message)));
      onHung?.(message, { task: task.name, attempt });
    });
  }

  #succeed(ran: Ran): void {
    const { executor } = this.#request;
    // A synchronous run holds the event loop, so no timer fired: check its deadline now.
    const error = ran.ranMs > this.#runTimeoutMs ? this.#tookTooLong() : undefined;
    this.#end(ran, error);
    if (error) this.#answer.reject(error);
    else this.#answer.resolve({ ...ran, executor: executor.name, queuedMs: this.#queuedMs });
  }

  #fail(thrown: unknown): void {
    const stopped = [this.#stop, this.#told?.signal].find((signal) => signal?.aborted);
    const error = stopped ? stopped.reason : thrown;
    const ranMs = this.#options.clock.now() - this.#startedAt;
    this.#end({ ranMs, cpuMs: null, thread: null }, error);
    this.#answer.reject(error);
  }

  /** Frees the slot before the caller gets its answer: the next run can start. */
  #end({ ranMs, cpuMs, thread }: Omit<Ran, "result">, error: unknown): void {
    const { clock, watch, telemetry } = this.#options;
    const [{ account }, { trace, onEnded }] = [this.#request, this.#admitted];
    this.#cancelTimer?.();
    this.#hasEnded = true;
    this.#told?.end();
    if (account && this.#startedAt > 0) Object.assign(account, { ranMs, cpuMs });
    if (this.#place >= 0) watch?.leave(this.#place);
    const now = clock.now();
    const heldMs = now - this.#takenAt;
    const ran = { ranMs: this.#hasStarted ? now - this.#startedAt : null, cpuMs, thread };
    onEnded(heldMs);
    const [outcome, queuedMs] = [outcomeOf(error), this.#queuedMs];
    trace?.end(outcome, { cpuMs, thread });
    // Its own worker carries it out, or has dropped it.
    if (this.#request.borrowed && !this.#hasStarted) return;
    emitRunEnd(telemetry, this.#request, { run: this, queuedMs, heldMs, ...ran, outcome });
  }

  #tellStart(): void {
    const queuedMs = this.#options.clock.now() - this.#admitted.acceptedAt;
    emitRunStart(this.#options.telemetry, this.#request, { run: this, queuedMs });
  }

  /** Up to the start; up to the slot if the run never started. */
  get #queuedMs(): number {
    return (this.#startedAt || this.#takenAt) - this.#admitted.acceptedAt;
  }

  #tookTooLong(): AppError {
    const { task, executor, runTimeoutMs, attempt } = this.#request;
    const own = attempt === undefined ? "the task's timeoutMs" : "timeoutMs";
    const limit = runTimeoutMs === undefined ? "--run-timeout" : own;
    return runTimeoutError(task, executor, this.#runTimeoutMs, limit);
  }
}

const never = new Stop();
