/** What can happen to jobs, as changes to the file. Each belongs in a transaction (store.ts). */

import type { Ended } from "../../../assignment.ts";
import type { AttemptPlace } from "../../../attempt.ts";
import type { RowAttempt } from "../../../starts.ts";
import { mayStillExpire } from "../../../transitions/expiry.ts";
import { verdictOfEnd, verdictOfLoss } from "../../../transitions/past-attempt.ts";
import {
  afterEnd,
  afterLoss,
  isSuspect,
  onCancel,
  type Requeued,
  type RunningJob,
  type Transition,
} from "../../../transitions/transitions.ts";
import type { ChangeParts } from "../store-parts.ts";
import type { WallClock } from "../wall-clock.ts";
import { followEnd } from "./job-end.ts";
import {
  endBits,
  placeOf,
  type Row,
  type StateCode,
  stateCodes,
  stateOf,
  uniqueUntilStart,
} from "./rows.ts";

export type { RowAttempt };

const { delayed, ready, quarantined, running } = stateCodes;

/** Does nothing where the attempt counts no more: the token is an old one, or the job has ended. */
export function endAttempt(
  parts: ChangeParts,
  { seq, token }: RowAttempt,
  ending: Ended,
  place: AttemptPlace | null,
): void {
  const { sql, tally, clock, random, history } = parts;
  const row = sql.attempt.get(seq, token);
  if (!row) return;
  tally.ended(seq, ending.kind === "handed-back" ? null : clock.steady());
  const job = runningJobOf(row);
  const transition = afterEnd(job, ending, random);
  if (ending.kind === "failed" && transition.to === "queued") tally.retried();
  const verdict = verdictOfEnd(job, ending, transition);
  const { report } = ending;
  if (verdict) history.add({ seq, token, verdict, ...timesOf(row, clock), place, report });
  moveJob(parts, seq, row, transition);
}

/**
 * A worker ended during these attempts; any of their jobs may have been the cause.
 *
 * @param wasAlone whether it had one attempt, and no other
 * @param place null if it is not known
 */
export function loseAttempts(
  parts: ChangeParts,
  attempts: readonly RowAttempt[],
  wasAlone: boolean,
  place: AttemptPlace | null,
): void {
  const { sql, tally, clock, random, history } = parts;
  for (const { seq, token } of attempts) {
    const row = sql.attempt.get(seq, token);
    if (!row) continue;
    tally.ended(seq, null);
    const job = runningJobOf(row);
    const transition = afterLoss(job, wasAlone, random);
    const verdict = verdictOfLoss(job, transition);
    const times = timesOf(row, clock);
    history.add({ seq, token, verdict, ...times, place, report: undefined });
    moveJob(parts, seq, row, transition);
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

/** Removes one job that has ended, with its parts. */
export function removeJob(parts: ChangeParts, seq: number): void {
  const row = parts.sql.remove.get(seq);
  if (row) forgetJob(parts, row);
}

/** Its row is gone already. */
function forgetJob({ sql, tally, watched, deliveries }: ChangeParts, row: Row): void {
  const seq = row["seq"] as number;
  for (const part of sql.purgeParts) part.run(seq);
  if ((row["ends"] as number) & endBits.webhook) deliveries.remove({ job: seq });
  tally.removed(row["state"] as number);
  watched.changed(seq);
}

/** The attempts that run; at the start of a server, those of a former one. */
export function listRunning({ sql }: ChangeParts): RowAttempt[] {
  return sql.running.all().map(({ seq, token }) => ({
    seq: seq as number,
    token: token as number,
  }));
}

function moveJob(parts: ChangeParts, seq: number, row: Row, transition: Transition): void {
  if (transition.to === "queued") {
    requeueJob(parts, seq, transition);
    return;
  }
  if (transition.to === "cancelled" && transition.attempts !== undefined)
    parts.sql.uncount.run(transition.attempts, seq);
  finishJob(parts, seq, transition, running, row);
}

function requeueJob(
  { sql, clock, tally, watched, uniqueKeys, expiry, pauseShift }: ChangeParts,
  seq: number,
  requeued: Requeued,
): void {
  const { attempts, losses, pauseMs, error } = requeued;
  const due = isSuspect(losses) ? quarantined : ready;
  const to = pauseMs > 0 ? delayed : due;
  const runAt = clock.now() + pauseMs;
  const counted = [pauseMs, attempts, losses] as const;
  const keeps = mayStillExpire(requeued) ? 1 : 0;
  const written = error
    ? sql.queue.get(to, runAt, ...counted, error.type, error.detail, seq)
    : sql.handBack.get(to, pauseMs > 0 ? runAt : null, ...counted, seq, keeps);
  const row = written as Row;
  if ((row["ends"] as number) & uniqueUntilStart) uniqueKeys.holdAgain(seq);
  if (typeof row["start_before"] === "number") expiry.noted();
  if (to === delayed) pauseShift.began(seq);
  tally.moved(placeOf(row), running, to);
  watched.changed(seq);
}

/**
 * Ends a job, with all that follows from it.
 *
 * @param touched its row, if it was read already: see the statement of this name
 */
export function finishJob(
  parts: ChangeParts,
  seq: number,
  final: Exclude<Transition, Requeued>,
  from: StateCode,
  touched: Row = parts.sql.touched.get(seq) as Row,
): void {
  const { sql, clock, tally, watched } = parts;
  const { type = null, detail = null } = ("error" in final && final.error) || {};
  const code = stateCodes[final.to];
  sql.finish.run(code, clock.now(), type, detail, seq);
  if (touched["ends"] !== 0) followEnd(parts, seq, code, touched);
  if (final.to === "succeeded") {
    const { result, bytesAt = null, body = null } = final;
    sql.insertResult.run(seq, result, bytesAt, body);
  }
  tally.moved(placeOf(touched), from, code);
  watched.changed(seq);
}

function timesOf(row: Row, clock: WallClock) {
  const [runAt, startedAt] = [row["run_at"] as number, row["started_at"] as number];
  return { runAt, startedAt, endedAt: clock.now() };
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
