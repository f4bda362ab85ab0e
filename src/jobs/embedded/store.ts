import type { DatabaseSync } from "node:sqlite";
import type { problems } from "../../errors.ts";
import type { Assignment, Ending, JobError, NewJob } from "../job.ts";
import { maxBackoffMs } from "../limits.ts";
import { pauseMs } from "../retry.ts";
import type { Ids } from "./ids.ts";
import { assignmentOf, type Row, stateCodes } from "./rows.ts";
import { statements } from "./statements.ts";
import type { Tally } from "./tally.ts";
import type { WallClock } from "./wall-clock.ts";

const { delayed, ready, running, succeeded, failed, cancelled } = stateCodes;

/** What came of a submitted job: which row answers it. */
export type Written =
  | { readonly kind: "accepted"; readonly seq: number; readonly replayed: boolean }
  | { readonly kind: "key-conflict" };

export interface RowAttempt {
  readonly seq: number;
  readonly token: number;
}

export interface StoreParts {
  readonly db: DatabaseSync;
  readonly ids: Ids;
  readonly tally: Tally;
  readonly clock: WallClock;
  readonly random: () => number;
  /** Hears of each row that a client may see changed. */
  readonly onChange: (seq: number) => void;
}

/**
 * What can happen to jobs, as changes to the file. Every method belongs into a transaction, which
 * the caller opens and ends (group.ts).
 */
export class Store {
  readonly #parts: StoreParts;
  readonly #sql: ReturnType<typeof statements>;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#sql = statements(parts.db);
  }

  submit(job: NewJob): Written {
    const { clock, tally } = this.#parts;
    const at = clock.now();
    const known = job.key && this.#sql.keyed.get(job.key.name);
    if (known && job.key) {
      const before = (known["fingerprint"] as string).split(" ");
      const isSame = job.key.fingerprints.some((fingerprint) => before.includes(fingerprint));
      if (!isSame) return { kind: "key-conflict" };
      return { kind: "accepted", seq: known["seq"] as number, replayed: true };
    }
    const runAt = Math.max(at, job.runAt ?? at);
    const state = runAt > at ? delayed : ready;
    const { task, priority, maxAttempts, timeoutMs, backoffMs, traceparent, input } = job;
    const values = [state, task, priority, maxAttempts, timeoutMs, backoffMs, at, runAt] as const;
    const seq = Number(this.#sql.insert.run(...values, traceparent, input).lastInsertRowid);
    if (job.key) this.#sql.insertKey.run(job.key.name, job.key.fingerprints.join(" "), seq, at);
    tally.submitted(state);
    return { kind: "accepted", seq, replayed: false };
  }

  /** Takes the first jobs in the order of their turn: running, with one more attempt. */
  claim(limit: number): Assignment[] {
    const { ids, clock, tally } = this.#parts;
    const at = clock.now();
    const assignments: Assignment[] = [];
    for (const { seq } of this.#sql.next.all(limit)) {
      const row = this.#sql.claim.get(at, seq as number) as Row;
      tally.moved(ready, running);
      tally.waited(Math.max(0, at - (row["run_at"] as number)));
      tally.started(seq as number, clock.steady());
      this.#changed(seq as number);
      assignments.push(assignmentOf(row, ids.idOf(seq as number)));
    }
    return assignments;
  }

  /** Passed over where the attempt counts no more: the token is an old one, or the job has ended. */
  end(seq: number, token: number, ending: Ending): void {
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

  /** The worker died with the attempt: it counts, for the job may have been the cause. */
  lost(seq: number, token: number): void {
    const row = this.#sql.attempt.get(seq, token);
    if (!row) return;
    this.#parts.tally.ended(seq, null);
    const detail = `The worker ended during attempt ${row["attempts"]} of ${row["max_attempts"]}.`;
    const error: JobError = { type: "worker-lost" satisfies keyof typeof problems, detail };
    if (row["cancel_requested"] === 1) this.#finish(seq, cancelled, null, null);
    else if (this.#hasAttemptsLeft(row)) this.#queue(seq, ready, this.#parts.clock.now(), error);
    else this.#finish(seq, failed, null, error);
  }

  progress(seq: number, token: number, progress: string): void {
    if (this.#sql.progress.run(progress, seq, token).changes > 0) this.#changed(seq);
  }

  /** @returns the token of the attempt that is to be stopped, where the job is running */
  cancel(seq: number): number | undefined {
    const row = this.#sql.state.get(seq);
    if (!row || (row["state"] as number) > running) return undefined;
    if (row["state"] !== running) {
      this.#finish(seq, cancelled, null, null, row["state"] as number);
      return undefined;
    }
    if (row["cancel_requested"] === 0) {
      this.#sql.requestCancel.run(seq);
      this.#changed(seq);
    }
    return row["token"] as number;
  }

  /** Makes ready what has become due; at most so many at a time. */
  promote(limit: number): void {
    const { changes } = this.#sql.promote.run(this.#parts.clock.now(), limit);
    for (let count = 0; count < Number(changes); count++) this.#parts.tally.moved(delayed, ready);
  }

  /** When the next delayed job is due; undefined where there is none. */
  nextDueAt(): number | undefined {
    return this.#sql.nextDue.get()?.["run_at"] as number | undefined;
  }

  /** The wall clock was set: the pauses before further attempts last as long as before. */
  shiftPauses(step: number): void {
    for (const { seq } of this.#sql.shiftPauses.all(step)) this.#changed(seq as number);
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
    this.#sql.boundPauses.run(this.#parts.clock.now(), maxBackoffMs);
    const rows = this.#sql.unfinished.all();
    return rows.map(({ seq, token }) => ({ seq: seq as number, token: token as number }));
  }

  #hasAttemptsLeft(row: Row): boolean {
    return (row["attempts"] as number) < (row["max_attempts"] as number);
  }

  #retry(seq: number, row: Row, error: JobError): void {
    const { clock, random, tally } = this.#parts;
    const pause = pauseMs(row["backoff_ms"] as number, row["attempts"] as number, random);
    tally.retried();
    this.#queue(seq, pause > 0 ? delayed : ready, clock.now() + pause, error);
  }

  #handBack(seq: number): void {
    this.#sql.handBack.run(seq);
    this.#parts.tally.moved(running, ready);
    this.#changed(seq);
  }

  #queue(seq: number, to: number, runAt: number, error: JobError): void {
    this.#sql.queue.run(to, runAt, error.type, error.detail, seq);
    this.#parts.tally.moved(running, to);
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
