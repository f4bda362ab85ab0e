import type { RunAccount } from "../compute/run-request.ts";
import { AppError, shorten, stackOf } from "../errors.ts";
import type { RunListener } from "../tasks/context.ts";
import type { RunLog } from "../tasks/run-log.ts";
import type { Assignment } from "./assignment.ts";
import { type AttemptReport, mostStackCharacters } from "./attempt.ts";
import type { AttemptListener } from "./queue.ts";

/** What a worker notes of one attempt while it runs, for the history of the job. */
export class AttemptRecord {
  readonly account: RunAccount = { queuedMs: null, ranMs: null, cpuMs: null };
  /** Hears the task: its words go on to the queue, and its log stays here. */
  readonly listener: RunListener;
  /** The name of the executor, once it is chosen. */
  executor = "";
  #log: RunLog | undefined;

  constructor({ checkpoint }: Assignment, { onProgress, onCheckpoint }: AttemptListener) {
    this.listener = {
      onProgress,
      onCheckpoint,
      onLog: (log) => {
        this.#log = log;
      },
      lastCheckpoint: checkpoint,
    };
  }

  /**
   * @param thrown why the attempt failed, if it did
   * @returns nothing if the run never started
   */
  report(thrown?: unknown): { readonly report?: AttemptReport } {
    const { queuedMs, ranMs, cpuMs } = this.account;
    if (queuedMs === null) return {};
    const stack = stackOf(thrown instanceof AppError ? thrown.cause : thrown);
    const report: AttemptReport = {
      executor: this.executor,
      queuedMs: rounded(queuedMs),
      ranMs: ranMs === null ? null : rounded(ranMs),
      cpuMs: cpuMs === null ? null : rounded(cpuMs),
      ...(stack !== undefined && { stack: shorten(stack, mostStackCharacters) }),
      ...(this.#log && { log: this.#log }),
    };
    return { report };
  }
}

/** Rounds to microseconds: more digits would only make the message longer. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
