/** What can happen to jobs, as changes to the file. Each belongs into a transaction (store.ts). */
import type { Ended } from "../../job.ts";
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
import type { ChangeParts } from "./store-parts.ts";

const { delayed, ready, quarantined, running } = stateCodes;

/** An attempt, by the row of its job. */
export interface RowAttempt {
  readonly seq: number;
  readonly token: number;
}

/** Does nothing where the attempt counts no more: the token is an old one, or the job has ended. */
export function endAttempt(parts: ChangeParts, { seq, token }: RowAttempt, ending: Ended): void {
  const { sql, tally, clock, random } = parts;
  const row = sql.attempt.get(seq, token);
  if (!row) return;
  tally.ended(seq, ending.kind === "handed-back" ? null : clock.steady());
  const transition = afterEnd(runningJobOf(row), ending, random);
  if (ending.kind === "failed" && transition.to === "queued") tally.retried();
  moveJob(parts, seq, transition);
}

/**
 * A worker ended during these attempts; any of their jobs may have been the cause.
 *
 * @param wasAlone whether it had one attempt, and no other
 */
export function loseAttempts(
  parts: ChangeParts,
  attempts: readonly RowAttempt[],
  wasAlone: boolean,
): void {
  const { sql, tally, random } = parts;
  for (const { seq, token } of attempts) {
    const row = sql.attempt.get(seq, token);
    if (!row) continue;
    tally.ended(seq, null);
    moveJob(parts, seq, afterLoss(runningJobOf(row), wasAlone, random));
  }
}

export function saveProgress(
  { sql, watched }: ChangeParts,
  { seq, token }: RowAttempt,
  progress: string,
): void {
  if (sql.progress.run(progress, seq, token).changes > 0) watched.changed(seq);
}

/** @returns the token of the attempt that is to be stopped; null where the job is not running */
export function cancelJob(parts: ChangeParts, seq: number): number | null {
  const { sql, watched } = parts;
  const row = sql.state.get(seq);
  if (!row) return null;
  const state = row["state"] as StateCode;
  switch (onCancel(stateOf(state))) {
    case "end":
      finishJob(parts, seq, { to: "cancelled" }, state);
      return null;
    case "stop":
      if (row["cancel_requested"] === 0) {
        sql.requestCancel.run(seq);
        watched.changed(seq);
      }
      return row["token"] as number;
    case "nothing":
      return null;
  }
}

/**
 * Removes what ended before a time, each job with its key; at most so many at a time.
 *
 * @returns how many it removed
 */
export function purgeJobs(
  { sql, tally, watched }: ChangeParts,
  before: number,
  limit: number,
): number {
  sql.purgeKeys.run(before, limit);
  const rows = sql.purge.all(before, limit);
  for (const { seq, state } of rows) {
    tally.removed(state as number);
    watched.changed(seq as number);
  }
  return rows.length;
}

/** What is running; at the start of a server, under a former one. */
export function listRunning({ sql }: ChangeParts): RowAttempt[] {
  return sql.running.all().map(({ seq, token }) => ({
    seq: seq as number,
    token: token as number,
  }));
}

function moveJob(parts: ChangeParts, seq: number, transition: Transition): void {
  if (transition.to === "queued") requeueJob(parts, seq, transition);
  else finishJob(parts, seq, transition, running);
}

function requeueJob(
  { sql, clock, tally, watched }: ChangeParts,
  seq: number,
  { attempts, losses, pauseMs, error }: Requeued,
): void {
  const due = isSuspect(losses) ? quarantined : ready;
  const to = pauseMs > 0 ? delayed : due;
  if (error) {
    const { type, detail } = error;
    sql.queue.run(to, clock.now() + pauseMs, attempts, losses, type, detail, seq);
  } else {
    sql.handBack.run(to, attempts, losses, seq);
  }
  tally.moved(running, to);
  watched.changed(seq);
}

function finishJob(
  { sql, clock, tally, watched }: ChangeParts,
  seq: number,
  final: Exclude<Transition, Requeued>,
  from: StateCode,
): void {
  const { result = null, bytesAt = null } = final.to === "succeeded" ? final : {};
  const { type = null, detail = null } = final.to === "failed" ? final.error : {};
  const code = stateCodes[final.to];
  sql.finish.run(code, clock.now(), result, bytesAt, type, detail, seq);
  tally.moved(from, code);
  watched.changed(seq);
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
