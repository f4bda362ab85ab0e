/** A job with the worker that runs it: how it is handed out, and how the attempt ends. */
import type { AttemptReport } from "./attempt.ts";
import type { JobError } from "./job.ts";

/** A job that was handed to a worker to be run. */
export interface Assignment {
  readonly id: string;
  /** The fencing token. A message about this attempt with another token is ignored. */
  readonly token: number;
  readonly task: string;
  readonly input: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  /** The latest checkpoint of its earlier attempts, as JSON text. */
  readonly checkpoint?: string;
  /** The trace that it was submitted in. */
  readonly traceparent?: string;
  /** It may end its worker, so it runs there alone. */
  readonly isSuspect?: boolean;
}

/** How one attempt ended. */
export type Ended = (
  | {
      readonly kind: "succeeded";
      /** As JSON text. */
      readonly result: string;
      /** See `Found`. */
      readonly bytesAt?: number;
      /** The bytes that the result is: `result` says what they are. */
      readonly body?: Uint8Array;
    }
  | {
      readonly kind: "failed";
      readonly error: JobError;
      /** False if another attempt would end the same way. */
      readonly retry: boolean;
      /** The pause that the task asks for, instead of the back-off. */
      readonly pauseMs?: number;
    }
  /** The task puts the job off: it was too early. The attempt does not count. */
  | { readonly kind: "snoozed"; readonly pauseMs: number }
  /** Stopped because its client cancelled the job. */
  | { readonly kind: "cancelled" }
  /** Not run, or stopped by a drain. The job keeps its turn, and the attempt does not count. */
  | { readonly kind: "handed-back" }
) & {
  /** Left out if its run never started. */
  readonly report?: AttemptReport;
};

/** Whether a run ended by itself, and was neither stopped nor handed back. */
export function isOwnEnd({ kind }: Ended): boolean {
  return kind === "succeeded" || kind === "failed" || kind === "snoozed";
}

/** Whether it was stopped, or handed back. */
export function isStopped(
  ended: Ended,
): ended is Extract<Ended, { readonly kind: "cancelled" | "handed-back" }> {
  return !isOwnEnd(ended);
}

/** Whether its run never started: it was given back, or cancelled on its way. */
export function isUnstarted(ended: Ended): boolean {
  return isStopped(ended) && !ended.report;
}

/** The last message of a worker about an attempt. */
export type Ending =
  | Ended
  /**
   * The run goes on, and only the end of the process ends it. The attempt has ended like this then,
   * and not before: attempts of one job must not overlap.
   */
  | { readonly kind: "at-exit"; readonly ended: Ended };
