import type { ProblemType } from "../../../errors.ts";
import { type Ended, isFinal, type JobError, type NewJob } from "../../job.ts";
import { pauseMs } from "../../retry.ts";
import { afterLoss, isSuspect, type LostJob } from "../../transitions.ts";
import { type Row, type StateCode, stateCodes, stateOf } from "./rows.ts";
import { statements } from "./statements.ts";
import type { StoreParts } from "./store-parts.ts";
import { submit, type Written } from "./submit.ts";
import { Waiting } from "./waiting.ts";

const { delayed, ready, held, running, succeeded, failed, cancelled } = stateCodes;

/** An attempt, by the row of its job. */
export interface RowAttempt {
  readonly seq: number;
  readonly token: number;
}

/**
 * What can happen to jobs, as changes to the file. Every method belongs into a transaction, which
 * the caller opens and ends (group.ts).
 */
export class Store {
  readonly #parts: StoreParts;
  readonly waiting: Waiting;
  readonly #sql: ReturnType<typeof statements>;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#sql = statements(parts.db);
    this.waiting = new Waiting(parts, this.#sql);
  }

  submit(job: NewJob): Written {
    return submit(this.#parts, this.#sql, job);
  }

  /** Passed over where the attempt counts no more: the token is an old one, or the job has ended. */
  end(seq: number, token: number, ending: Ended): void {
    const row = this.#sql.attempt.get(seq, token);
    if (!row) return;
    const { tally, clock } = this.#parts;
    tally.ended(seq, ending.kind === "handed-back" ? null : clock.steady());
    if (row["cancel_requested"] === 1 || ending.kind === "cancelled") {
      this.#finish(seq, cancelled, null, null);
    } else if (ending.kind === "succeeded") {
      this.#finish(seq, succeeded, ending, null);
    } else if (ending.kind === "handed-back") {
      this.#handBack(seq);
    } else if (ending.retry && this.#hasAttemptsLeft(row)) {
      this.#retry(seq, row, ending.error);
    } else {
      this.#finish(seq, failed, null, ending.error);
    }
  }

  /**
   * A worker died with these attempts; any of their jobs may have been the cause.
   *
   * @param wasAlone whether it had one attempt, and no other
   */
  lost(attempts: readonly RowAttempt[], wasAlone: boolean): void {
    for (const { seq, token } of attempts) {
      const row = this.#sql.attempt.get(seq, token);
      if (row) this.#lost(seq, row, wasAlone);
    }
  }

  progress(seq: number, token: number, progress: string): void {
    if (this.#sql.progress.run(progress, seq, token).changes > 0) this.#changed(seq);
  }

  /** @returns the token of the attempt that is to be stopped, where the job is running */
  cancel(seq: number): number | undefined {
    const row = this.#sql.state.get(seq);
    const state = row?.["state"] as StateCode | undefined;
    if (!row || state === undefined || isFinal(stateOf(state))) return undefined;
    if (state !== running) {
      this.#finish(seq, cancelled, null, null, state);
      return undefined;
    }
    if (row["cancel_requested"] === 0) {
      this.#sql.requestCancel.run(seq);
      this.#changed(seq);
    }
    return row["token"] as number;
  }

  /** Removes what ended before a time, each job with its key; at most so many at a time. */
  purge(before: number, limit: number): number {
    this.#sql.purgeKeys.run(before, limit);
    const rows = this.#sql.purge.all(before, limit);
    for (const { seq, state } of rows) {
      this.#parts.tally.removed(state as number);
      this.#changed(seq as number);
    }
    return rows.length;
  }

  /**
   * At the start of a server: no pause is longer than it can have been, however the clock was set
   * since.
   *
   * @returns what was running under a former server
   */
  start(): RowAttempt[] {
    this.waiting.boundPauses();
    const rows = this.#sql.unfinished.all();
    return rows.map(({ seq, token }) => ({ seq: seq as number, token: token as number }));
  }

  #hasAttemptsLeft(row: Row): boolean {
    return (row["attempts"] as number) < (row["max_attempts"] as number);
  }

  #lost(seq: number, row: Row, wasAlone: boolean): void {
    this.#parts.tally.ended(seq, null);
    const job = lostJobOf(row);
    const after = afterLoss(job, wasAlone, this.#parts.random);
    if (after.to === "cancelled") this.#finish(seq, cancelled, null, null);
    else if (after.to === "failed") this.#finish(seq, failed, null, workerLost(job, true));
    else {
      const attempts = after.counts ? job.attempts : job.attempts - 1;
      this.#queue(seq, after.pauseMs, attempts, job.losses + 1, workerLost(job, after.counts));
    }
  }

  #retry(seq: number, row: Row, error: JobError): void {
    const { random, tally } = this.#parts;
    const pause = pauseMs(row["backoff_ms"] as number, row["attempts"] as number, random);
    tally.retried();
    this.#queue(seq, pause, row["attempts"] as number, 0, error);
  }

  #handBack(seq: number): void {
    const to = this.#sql.handBack.get(seq)?.["state"] as number;
    this.#parts.tally.moved(running, to);
    this.#changed(seq);
  }

  #queue(seq: number, pause: number, attempts: number, losses: number, error: JobError): void {
    const { clock, tally } = this.#parts;
    const due = isSuspect(losses) ? held : ready;
    const to = pause > 0 ? delayed : due;
    const { type, detail } = error;
    this.#sql.queue.run(to, clock.now() + pause, attempts, losses, type, detail, seq);
    tally.moved(running, to);
    this.#changed(seq);
  }

  #finish(
    seq: number,
    to: number,
    kept: { readonly result: string; readonly bytesAt?: number } | null,
    error: JobError | null,
    from: number = running,
  ): void {
    const { clock, tally } = this.#parts;
    const result = [kept?.result ?? null, kept?.bytesAt ?? null] as const;
    const why = [error?.type ?? null, error?.detail ?? null] as const;
    this.#sql.finish.run(to, clock.now(), ...result, ...why, seq);
    tally.moved(from, to);
    this.#changed(seq);
  }

  #changed(seq: number): void {
    this.#parts.onChange(seq);
  }
}

function lostJobOf(row: Row): LostJob {
  return {
    attempts: row["attempts"] as number,
    maxAttempts: row["max_attempts"] as number,
    backoffMs: row["backoff_ms"] as number,
    losses: row["losses"] as number,
    cancelRequested: row["cancel_requested"] === 1,
  };
}

function workerLost({ attempts, maxAttempts }: LostJob, counts: boolean): JobError {
  const lost = `The worker ended during attempt ${attempts} of ${maxAttempts}.`;
  const excuse = " It ran other jobs as well, so that the attempt does not count.";
  const type = "worker-lost" satisfies ProblemType;
  return { type, detail: counts ? lost : lost + excuse };
}
