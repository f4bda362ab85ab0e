import type { Outcome } from "../compute/run-request.ts";
import { AppError } from "../errors.ts";
import { decisionOf } from "../tasks/decision.ts";
import type { BareBytes } from "../tasks/output/bare.ts";
import { bareBytesOf, jsonWithBytes } from "../tasks/output/output.ts";
import type { Task } from "../tasks/task.ts";
import type { AttemptEnded, Telemetry } from "../telemetry/events.ts";
import type { Assignment, Ended } from "./assignment.ts";
import { maxBodyBytes } from "./limits.ts";
import { appErrorOf, mayEndOtherwise } from "./run-errors.ts";

export interface AttemptEndsOptions {
  readonly resultLimitBytes: number;
  /** Whether clients may see the messages of all errors (`--expose-errors`). */
  readonly exposeErrors: boolean;
  readonly telemetry: Telemetry;
}

type Failed = Extract<Ended, { kind: "failed" }>;

/** Says how attempts have ended, and emits it as an event. */
export class AttemptEnds {
  readonly #options: AttemptEndsOptions;

  constructor(options: AttemptEndsOptions) {
    this.#options = options;
  }

  /** Its run has a result. Another attempt would have the same one: a failure here is final. */
  withResult(assignment: Assignment, task: Task, { result }: Pick<Outcome, "result">): Ended {
    try {
      const bare = bareBytesOf(task, result);
      if (bare) return this.#withBytes(assignment, task, bare);
      const { json, bytesAt } = jsonWithBytes(task, result);
      this.#requireSize(task, Buffer.byteLength(json), " as JSON");
      this.#tell(assignment, "succeeded");
      return { kind: "succeeded", result: json, ...(bytesAt !== undefined && { bytesAt }) };
    } catch (error) {
      return this.#failed(assignment, error, false);
    }
  }

  #withBytes(assignment: Assignment, task: Task, { bare, type }: BareBytes): Ended {
    this.#requireSize(task, bare.length);
    this.#tell(assignment, "succeeded");
    const result = JSON.stringify({ bytes: bare.length, type });
    return { kind: "succeeded", result, body: bare };
  }

  /** Its run was stopped, or was not to start. */
  stopped(assignment: Assignment, kind: "cancelled" | "handed-back"): Ended {
    this.#tell(assignment, kind);
    return { kind };
  }

  /** Its run has thrown. The task may have decided what is to follow. */
  withError(assignment: Assignment, error: unknown): Ended {
    const decision = error instanceof AppError ? decisionOf(error.cause) : undefined;
    switch (decision?.kind) {
      case "snooze":
        this.#tell(assignment, "snoozed");
        return { kind: "snoozed", pauseMs: decision.ms };
      case "retry-after":
        return { ...this.#failed(assignment, error, true), pauseMs: decision.ms };
      case "no-retry":
      case "refuse-input":
        return this.#failed(assignment, error, false);
      case "fail":
      case undefined:
        return this.#failed(assignment, error, mayEndOtherwise(error));
    }
  }

  #failed(assignment: Assignment, thrown: unknown, retry: boolean): Failed {
    const error = appErrorOf(thrown);
    this.#tell(assignment, "failed", error);
    const detail = error.detailFor(this.#options.exposeErrors, `job ${assignment.id}`);
    return { kind: "failed", error: { type: error.type, detail }, retry };
  }

  #tell({ id, attempt, task }: Assignment, ending: AttemptEnded["ending"], error?: AppError): void {
    const { telemetry } = this.#options;
    if (telemetry.listenerCount("job.attempt-ended") === 0) return;
    const ended = { job: id, attempt, task, ending, ...(error && { error }) };
    telemetry.emit("job.attempt-ended", ended);
  }

  /** @param form says in which form it has so many bytes */
  #requireSize(task: Task, bytes: number, form = ""): void {
    const limit = Math.min(this.#options.resultLimitBytes, maxBodyBytes);
    if (bytes <= limit) return;
    const detail = `The result of ${task.name} has ${bytes} bytes${form}; at most ${limit} are kept (--job-result-limit).`;
    throw new AppError("result-too-large", detail);
  }
}
