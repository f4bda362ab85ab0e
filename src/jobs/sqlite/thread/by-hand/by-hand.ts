/** What is done to jobs by hand, as changes to the file. Each belongs in a transaction (store.ts). */
import type { DatabaseSync } from "node:sqlite";
import type { JobChange, ManyChanged, Refusal } from "../../../control.ts";
import { type FinalState, isFinal } from "../../../job.ts";
import { type BulkAction, onDelete, onRetry, refuseChange } from "../../../transitions/by-hand.ts";
import { startBeforeOfRetry } from "../../../transitions/expiry.ts";
import { suspiciousLosses } from "../../../transitions/transitions.ts";
import { cancelJob, type RowAttempt, removeJob } from "../jobs/job-changes.ts";
import { endBits, placeOf, type Row, type StateCode, stateCodes, stateOf } from "../jobs/rows.ts";
import type { Selected } from "../jobs/selector.ts";
import type { ChangeParts, StoreParts } from "../store-parts.ts";

const { delayed, ready, quarantined, blocked } = stateCodes;

/** The state of a job whose time was changed. A blocked job stays blocked. */
const dueOrNot = `CASE WHEN state = ${blocked} THEN ${blocked}
  WHEN run_at > $now THEN ${delayed}
  WHEN losses < ${suspiciousLosses} THEN ${ready} ELSE ${quarantined} END`;

/** What `placeOf` reads. */
const place = "priority, grp, task";

/** About the longest time of one call, without its commit: to remove a large result takes long. */
const longestMs = 50;

/** The statements of this file. */
export type ByHandStatements = ReturnType<typeof prepareByHand>;

export function prepareByHand(db: DatabaseSync) {
  return {
    look: db.prepare(
      `SELECT state, ends, batch, pause_ms, start_before, ${place} FROM job WHERE seq = ?`,
    ),
    /**
     * As if it had never run. The error stays, as that of an earlier attempt. The token goes on, so
     * that an old message about the job still finds nobody.
     */
    requeue: db.prepare(
      `UPDATE job SET attempts = 0, losses = 0, run_at = $now, pause_ms = 0, started_at = NULL,
         finished_at = NULL, cancel_requested = 0, progress = NULL, version = version + 1,
         start_before = $startBefore,
         blockers = (SELECT count(*) FROM dependency WHERE dependency.seq = $seq),
         state = iif(EXISTS (SELECT 1 FROM dependency WHERE dependency.seq = $seq), ${blocked}, ${ready})
       WHERE seq = $seq RETURNING state, ${place}`,
    ),
    /** A time that was planned is no pause any more: it follows the wall clock. */
    plan: db.prepare("UPDATE job SET run_at = ?, pause_ms = 0 WHERE seq = ?"),
    rank: db.prepare("UPDATE job SET priority = ? WHERE seq = ?"),
    settle: db.prepare(
      `UPDATE job SET state = ${dueOrNot}, version = version + 1 WHERE seq = $seq RETURNING state, ${place}`,
    ),
    input: db.prepare("SELECT input FROM input WHERE seq = ?"),
  };
}

/** @returns why nothing was done; null where it was, or where nothing had to be */
export function retryJob(parts: StoreParts, seq: number): Refusal | null {
  const done = wakeJob(parts, seq);
  return done === "changed" || done === "unchanged" ? null : done;
}

/** @returns what was done, or why it was refused */
function wakeJob(parts: StoreParts, seq: number): "changed" | "unchanged" | Refusal {
  const { byHand, clock } = parts;
  const row = byHand.look.get(seq);
  if (!row) return "unchanged";
  const state = stateOf(row["state"] as number);
  const isPausing = row["state"] === delayed && (row["pause_ms"] as number) > 0;
  switch (onRetry({ state, isPausing })) {
    case "refuse":
      return "state";
    case "nothing":
      return "unchanged";
    case "start":
      byHand.plan.run(clock.now(), seq);
      moved(parts, seq, row, byHand.settle.get({ now: clock.now(), seq }));
      return "changed";
    case "queue":
      if (!mayHoldKey(parts, seq, row)) return "unique";
      if (isFinal(state)) leaveEnd(parts, seq, row, state);
      requeue(parts, seq, row);
      return "changed";
  }
}

function requeue(parts: StoreParts, seq: number, row: Row): void {
  const { byHand, clock, expiry } = parts;
  const now = clock.now();
  const startBefore = startBeforeOfRetry(row["start_before"] as number | null, now);
  if (startBefore !== null) expiry.noted();
  moved(parts, seq, row, byHand.requeue.get({ now, seq, startBefore }));
}

/** What the end of the job has changed beside its row is taken back. */
function leaveEnd(
  { batches, deliveries }: ChangeParts,
  seq: number,
  row: Row,
  from: FinalState,
): void {
  if (row["batch"] !== null) batches.revived(row["batch"] as number, from);
  if ((row["ends"] as number) & endBits.webhook) deliveries.withdraw(seq);
}

/** A job holds its unique key again, or has none. Two jobs with one key must not run. */
function mayHoldKey({ uniqueKeys }: ChangeParts, seq: number, row: Row): boolean {
  return ((row["ends"] as number) & endBits.uniqueKey) === 0 || uniqueKeys.holdAgain(seq);
}

/** What a deletion did: the row is gone, or the job is cancelled, or its attempt is to be stopped. */
export interface Deletion {
  readonly isRemoved: boolean;
  readonly stop: RowAttempt | null;
}

export function deleteJob(parts: StoreParts, seq: number): Deletion {
  const row = parts.byHand.look.get(seq);
  const isRemoved = row !== undefined && onDelete(stateOf(row["state"] as number)) === "remove";
  if (isRemoved) removeJob(parts, seq);
  return { isRemoved, stop: isRemoved ? null : stopOf(seq, cancelJob(parts, seq)) };
}

/** @returns why nothing was changed; null where it was */
export function changeJob(parts: StoreParts, seq: number, change: JobChange): Refusal | null {
  const { byHand, clock } = parts;
  const row = byHand.look.get(seq);
  if (!row) return null;
  const now = clock.now();
  const planned = change.runAt === undefined ? undefined : Math.max(now, change.runAt ?? now);
  const state = stateOf(row["state"] as StateCode);
  const startBefore = row["start_before"] as number | null;
  const refusal = refuseChange({ state, startBefore }, planned);
  if (refusal) return refusal;
  if (planned !== undefined) byHand.plan.run(planned, seq);
  if (change.priority !== undefined) byHand.rank.run(change.priority, seq);
  moved(parts, seq, row, byHand.settle.get({ now, seq }));
  return null;
}

/** The same for all that were selected. @returns also the attempts that are to be stopped */
export function changeMany(
  parts: StoreParts,
  action: BulkAction,
  { seqs, before }: Selected,
): ManyChanged & { readonly stops: readonly RowAttempt[] } {
  const stops: RowAttempt[] = [];
  let changed = 0;
  let next = before;
  const until = parts.clock.steady() + longestMs;
  for (const [index, seq] of seqs.entries()) {
    if (changeOne(parts, action, seq, stops)) changed++;
    if (parts.clock.steady() <= until) continue;
    next = index < seqs.length - 1 ? seq : before;
    break;
  }
  return { changed, cursor: next === null ? null : parts.ids.cursorOf(next), stops };
}

/** @returns whether the job is another one than before */
function changeOne(
  parts: StoreParts,
  action: BulkAction,
  seq: number,
  stops: RowAttempt[],
): boolean {
  if (action === "retry") return wakeJob(parts, seq) === "changed";
  if (action === "remove") return deleteJob(parts, seq).isRemoved;
  const isNew = parts.sql.state.get(seq)?.["cancel_requested"] === 0;
  const stop = stopOf(seq, cancelJob(parts, seq));
  if (stop) stops.push(stop);
  return isNew;
}

function stopOf(seq: number, token: number | null): RowAttempt | null {
  return token === null ? null : { seq, token };
}

/** A job waits in another place, or for something else. */
function moved({ tally, watched }: ChangeParts, seq: number, before: Row, now?: Row): void {
  const after = now as Row; // The row is there: `before` is of the same transaction.
  // A delayed job is in no line. So it leaves the line of its old priority, and enters that of the new.
  tally.moved(placeOf(before), before["state"] as number, delayed);
  tally.moved(placeOf(after), delayed, after["state"] as number);
  watched.changed(seq);
}
