import type { RunOutcome } from "../telemetry/events.ts";
import type { SpanAttributes, TraceSpan } from "../telemetry/tracing/trace-span.ts";
import type { Tracing } from "../telemetry/tracing/tracing.ts";
import type { Ran } from "./executor.ts";
import type { RunRequest } from "./run-request.ts";

/**
 * The spans of one run: `queue TASK` from its acceptance to its start, and `run TASK` from there to its
 * end. Both are part of what is active when the run is accepted: a request, or an attempt of a job.
 */
export class RunTrace {
  readonly #tracing: Tracing;
  readonly #task: string;
  readonly #attributes: SpanAttributes;
  readonly #queue: TraceSpan;
  #run: TraceSpan | undefined;

  constructor(tracing: Tracing, { task, executor, lane }: RunRequest) {
    this.#tracing = tracing;
    this.#task = task.name;
    this.#attributes = {
      "manycore.task": task.name,
      "manycore.executor": executor.name,
      "manycore.lane": lane,
    };
    this.#queue = this.#begin("queue");
  }

  /** The span of the run, once it has started. */
  get span(): TraceSpan | undefined {
    return this.#run;
  }

  start(): void {
    this.#queue.end();
    this.#run = this.#begin("run");
  }

  /** The run has ended, or did not start. */
  end(outcome: RunOutcome, { cpuMs, thread }: Partial<Pick<Ran, "cpuMs" | "thread">> = {}) {
    const last = this.#run ?? this.#queue;
    last.set({
      "manycore.outcome": outcome,
      "manycore.cpu_seconds": cpuMs == null ? undefined : cpuMs / 1000,
      "manycore.thread": thread ?? undefined,
    });
    if (outcome !== "succeeded" && outcome !== "cancelled") last.fail(outcome);
    last.end();
  }

  #begin(step: "queue" | "run"): TraceSpan {
    const name = `${step} ${this.#task}`;
    return this.#tracing.begin(name, { kind: "INTERNAL", attributes: this.#attributes });
  }
}
