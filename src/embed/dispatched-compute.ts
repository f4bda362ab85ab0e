/** The dispatcher and an executor inside somebody else's process. */
import type { Logger } from "pino";
import { systemClock } from "../clock.ts";
import { Dispatcher } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import { memoryShareBytes } from "../compute/memory-share.ts";
import { drainingError } from "../compute/refusals.ts";
import { longestTeardownMs } from "../compute/setups.ts";
import type { Config, ExecutorName } from "../config/config.ts";
import { AppError } from "../errors.ts";
import { Stop } from "../stop.ts";
import { isBytesInput } from "../tasks/bytes/bytes-input.ts";
import { takeGivenBytes } from "../tasks/bytes/given-bytes.ts";
import { checkInput } from "../tasks/check/check.ts";
import { receiveOutput } from "../tasks/output/received.ts";
import { preferredExecutor } from "../tasks/preferred-executor.ts";
import type { TaskRegistry } from "../tasks/registry.ts";
import type { Task } from "../tasks/task.ts";
import { Telemetry } from "../telemetry/events.ts";
import type { Tracing } from "../telemetry/tracing/tracing.ts";
import type { TaskSetups } from "../worker/task-setups.ts";
import type { Compute, ComputeOutcome, ComputeRunOptions } from "./compute.ts";

export interface ComputeParts {
  readonly config: Config;
  readonly registry: TaskRegistry;
  readonly setups: TaskSetups;
  readonly executors: ReadonlyMap<ExecutorName, Executor>;
  readonly log: Logger;
  readonly tracing: Tracing | undefined;
}

/** A `Compute` whose parts are a worker's: the dispatcher, one executor, the setups. */
export class DispatchedCompute implements Compute {
  readonly #parts: ComputeParts;
  readonly #dispatcher: Dispatcher;
  /** What ends a run, and what gives its signal back. */
  readonly #underWay = new Map<Stop, () => void>();

  constructor(parts: ComputeParts) {
    const { config, log, tracing } = parts;
    this.#parts = parts;
    const { watch: _files, ...settings } = config;
    this.#dispatcher = new Dispatcher({
      ...settings,
      memoryBytes: memoryShareBytes(1),
      clock: systemClock,
      telemetry: new Telemetry(),
      tracing,
      onHung: (message) => log.error(message),
    });
  }

  get waiting(): number {
    return this.#dispatcher.waiting;
  }

  get running(): number {
    return this.#dispatcher.running;
  }

  get tasks(): readonly string[] {
    return this.#parts.registry.list().map(({ name }) => name);
  }

  async run(name: string, input: unknown = {}, { signal }: ComputeRunOptions = {}) {
    const task = this.#parts.registry.get(name);
    const executor = task && this.#executorOf(task);
    if (!task || !executor) {
      const detail = `There is no task ${JSON.stringify(name)}. There are ${this.tasks.join(", ")}.`;
      throw new AppError("not-found", detail);
    }
    const sent = isBytesInput(task.input) ? await takeGivenBytes(input) : input;
    const checked = checkInput(task, sent);
    const refusal = executor.refusal(task, checked);
    if (refusal !== undefined) throw new AppError("executor-unavailable", refusal);
    const stop = this.#stopFor(signal);
    try {
      const run = { task, input: checked, executor, lane: "live", signal: stop, stop } as const;
      const { result, ...cost } = await this.#dispatcher.run(run);
      return { ...cost, result: receiveOutput(task, result) } as ComputeOutcome;
    } finally {
      this.#underWay.get(stop)?.();
      this.#underWay.delete(stop);
    }
  }

  async close(): Promise<void> {
    const { executors, setups, log } = this.#parts;
    this.#dispatcher.close();
    for (const stop of this.#underWay.keys()) stop.abort(drainingError());
    const closed = [...executors.values()].map((executor) => executor.close(longestTeardownMs));
    for (const fault of await setups.loop.tearDown(longestTeardownMs)) log.error(fault);
    await Promise.all(closed);
  }

  /** As in a server, a task may name another one. It was set up there. */
  #executorOf(task: Task): Executor | undefined {
    const { config, executors } = this.#parts;
    return executors.get(preferredExecutor(task, config.executor, (name) => executors.has(name)));
  }

  /** Ends one run: with the caller's signal, or when this closes. */
  #stopFor(signal: AbortSignal | undefined): Stop {
    const stop = new Stop();
    const onAbort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    this.#underWay.set(stop, () => signal?.removeEventListener("abort", onAbort));
    return stop;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
