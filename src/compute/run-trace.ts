import type { RunOutcome } from "../telemetry/events.ts";
import type { Carrier } from "../telemetry/tracing/carrier.ts";
import type { SpanAttributes, TraceSpan } from "../telemetry/tracing/trace-span.ts";
import type { Tracing } from "../telemetry/tracing/tracing.ts";
import type { Ran } from "./executor.ts";
import type { RanElsewhere } from "./queued-run.ts";
import { outcomeOf } from "./run-outcome.ts";
import type { RunRequest } from "./run-request.ts";

/**
 * The spans of one run: `queue TASK` from its acceptance to its start, and `run TASK` from there to its
 * end. Both are part of what is active when the run is accepted: a request, or an attempt of a job.
 *
 * If another worker carries the run out, that one makes the second span, and this one the first.
 */
export class RunTrace {
  readonly #tracing: Tracing;
  readonly #task: string;
  readonly #attributes: SpanAttributes;
  /** For a run of another worker: what it is part of. */
  readonly #parent: Carrier | null | undefined;
  /** Undefined for a run of another worker. */
  readonly #queue: TraceSpan | undefined;
  #run: TraceSpan | undefined;

  constructor(tracing: Tracing, { task, executor, lane, borrowed }: RunRequest) {
    this.#tracing = tracing;
    this.#task = task.name;
    this.#attributes = {
      "manycore.task": task.name,
      "manycore.executor": executor.name,
      "manycore.lane": lane,
    };
    if (!borrowed) {
      this.#queue = this.#begin("queue");
      return;
    }
    const { traceparent } = borrowed;
    this.#parent = traceparent === null ? null : { traceparent };
  }

  /** What both spans are part of, for another worker; null for nothing. */
  get traceparent(): string | null {
    return this.#queue?.parent["traceparent"] ?? null;
  }

  /** The span of the run, once it has started. */
  get span(): TraceSpan | undefined {
    return this.#run;
  }

  start(): void {
    this.#queue?.end();
    this.#run = this.#begin("run");
  }

  /** The run has ended, or did not start. */
  end(outcome: RunOutcome, { cpuMs, thread }: Partial<Pick<Ran, "cpuMs" | "thread">> = {}) {
    const last = this.#run ?? this.#queue;
    last?.set({
      "manycore.outcome": outcome,
      "manycore.cpu_seconds": cpuMs == null ? undefined : cpuMs / 1000,
      "manycore.thread": thread ?? undefined,
    });
    if (outcome !== "succeeded" && outcome !== "cancelled") last?.fail(outcome);
    last?.end();
  }

  /**
   * Another worker has carried it out, or was lost with it.
   *
   * @param sinceMs how long ago it was accepted
   */
  endElsewhere(ran: RanElsewhere, sinceMs: number): void {
    const queuedMs = "outcome" in ran ? ran.outcome.queuedMs : ran.queuedMs;
    if (queuedMs !== null) this.#queue?.end(Math.max(0, sinceMs - queuedMs));
    else this.end(outcomeOf("error" in ran ? ran.error : undefined));
  }

  #begin(step: "queue" | "run"): TraceSpan {
    const name = `${step} ${this.#task}`;
    const parent = this.#parent === undefined ? {} : { parent: this.#parent };
    return this.#tracing.begin(name, { kind: "INTERNAL", attributes: this.#attributes, ...parent });
  }
}
