import type { Ended, NewJob } from "../../job.ts";
import {
  afterEnd,
  afterLoss,
  isSuspect,
  onCancel,
  type Requeued,
  type RunningJob,
  type Transition,
} from "../../transitions.ts";
import { type Row, type StateCode, stateCodes, stateOf } from "./rows.ts";
import { statements } from "./statements.ts";
import type { StoreParts } from "./store-parts.ts";
import { submit, type Written } from "./submit.ts";
import { Waiting } from "./waiting.ts";

const { delayed, ready, held, running } = stateCodes;

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

  /** Does nothing where the attempt counts no more: the token is an old one, or the job has ended. */
  end(seq: number, token: number, ending: Ended): void {
    const job = this.#running(seq, token);
    if (!job) return;
    const { tally, clock, random } = this.#parts;
    tally.ended(seq, ending.kind === "handed-back" ? null : clock.steady());
    const transition = afterEnd(job, ending, random);
    if (ending.kind === "failed" && transition.to === "queued") tally.retried();
    this.#move(seq, transition);
  }

  /**
   * A worker died with these attempts; any of their jobs may have been the cause.
   *
   * @param wasAlone whether it had one attempt, and no other
   */
  lost(attempts: readonly RowAttempt[], wasAlone: boolean): void {
    const { tally, random } = this.#parts;
    for (const { seq, token } of attempts) {
      const job = this.#running(seq, token);
      if (!job) continue;
      tally.ended(seq, null);
      this.#move(seq, afterLoss(job, wasAlone, random));
    }
  }

  progress(seq: number, token: number, progress: string): void {
    if (this.#sql.progress.run(progress, seq, token).changes > 0) this.#changed(seq);
  }

  /** @returns the token of the attempt that is to be stopped, where the job is running */
  cancel(seq: number): number | undefined {
    const row = this.#sql.state.get(seq);
    if (!row) return undefined;
    const state = row["state"] as StateCode;
    switch (onCancel(stateOf(state))) {
      case "end":
        this.#finish(seq, { to: "cancelled" }, state);
        return undefined;
      case "stop":
        if (row["cancel_requested"] === 0) {
          this.#sql.requestCancel.run(seq);
          this.#changed(seq);
        }
        return row["token"] as number;
      case "nothing":
        return undefined;
    }
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

  /** The job of an attempt that is under way. */
  #running(seq: number, token: number): RunningJob | undefined {
    const row = this.#sql.attempt.get(seq, token);
    return row && runningJobOf(row);
  }

  #move(seq: number, transition: Transition): void {
    if (transition.to === "queued") this.#queue(seq, transition);
    else this.#finish(seq, transition, running);
  }

  #queue(seq: number, { attempts, losses, pauseMs, error }: Requeued): void {
    const { clock, tally } = this.#parts;
    const due = isSuspect(losses) ? held : ready;
    const to = pauseMs > 0 ? delayed : due;
    if (error) {
      const { type, detail } = error;
      this.#sql.queue.run(to, clock.now() + pauseMs, attempts, losses, type, detail, seq);
    } else {
      this.#sql.handBack.run(to, attempts, losses, seq);
    }
    tally.moved(running, to);
    this.#changed(seq);
  }

  #finish(seq: number, final: Exclude<Transition, Requeued>, from: number): void {
    const { clock, tally } = this.#parts;
    const { result = null, bytesAt = null } = final.to === "succeeded" ? final : {};
    const { type = null, detail = null } = final.to === "failed" ? final.error : {};
    const code = stateCodes[final.to];
    this.#sql.finish.run(code, clock.now(), result, bytesAt, type, detail, seq);
    tally.moved(from, code);
    this.#changed(seq);
  }

  #changed(seq: number): void {
    this.#parts.onChange(seq);
  }
}

function runningJobOf(row: Row): RunningJob {
  return {
    attempts: row["attempts"] as number,
    maxAttempts: row["max_attempts"] as number,
    backoffMs: row["backoff_ms"] as number,
    losses: row["losses"] as number,
    cancelRequested: row["cancel_requested"] === 1,
  };
}
