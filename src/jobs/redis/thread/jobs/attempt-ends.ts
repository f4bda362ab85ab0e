/** How attempts end, and what becomes of their jobs. */
import type { Ended } from "../../../assignment.ts";
import type { AttemptPlace } from "../../../attempt.ts";
import type { RowAttempt } from "../../../starts.ts";
import { mayStillExpire } from "../../../transitions/expiry.ts";
import { type Verdict, verdictOfEnd, verdictOfLoss } from "../../../transitions/past-attempt.ts";
import {
  afterEnd,
  afterLoss,
  isSuspect,
  type Requeued,
  type Transition,
} from "../../../transitions/transitions.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import { changeJob, type Decision, type ReadJob, withNewTicket } from "../records/job-changes.ts";
import { type JobRecord, runningJobOf } from "../records/record.ts";
import { addToHistory, type ToldAttempt } from "./attempt-history.ts";
import { holdAgain } from "./unique-keys.ts";

/** Does nothing where the attempt counts no more: the token is an old one, or the job has ended. */
export async function endAttempt(
  parts: Parts,
  { seq, token }: RowAttempt,
  ended: Ended,
  place: AttemptPlace | null,
): Promise<void> {
  const known = parts.held.recordOf({ seq, token });
  let kind = ended.kind;
  const decide = (read: ReadJob) => {
    if (!isUnderWay(read, token)) return null;
    // A run that was stopped because its lock was lost was not stopped by its client.
    const isLost = !parts.held.has(read.record.ticket);
    const isOurs = isLost && ended.kind === "cancelled" && !read.record.cancelRequested;
    const ending: Ended = isOurs ? { ...ended, kind: "handed-back" } : ended;
    kind = ending.kind;
    const job = runningJobOf(read.record);
    const transition = afterEnd(job, ending, parts.random);
    const verdict = verdictOfEnd(job, ending, transition);
    return afterAttempt(parts, read.record, transition, { verdict, place, report: ending.report });
  };
  const read = known && { record: known, progress: null, awaited: "" };
  const changed = await changeJob(parts, seq, decide, read);
  if (changed) {
    if (kind === "failed" && changed.after?.state === "queued") parts.tally.retried++;
    parts.tally.attemptEnded(seq, kind !== "handed-back");
  } else parts.held.letGo({ seq, token });
}

/** The attempt was lost with its worker, or with its host. */
export async function loseAttempt(
  parts: Parts,
  { seq, token }: RowAttempt,
  wasAlone: boolean,
  place: AttemptPlace | null,
  known?: ReadJob,
): Promise<void> {
  await changeJob(
    parts,
    seq,
    (read) => {
      if (!isUnderWay(read, token)) return null;
      const job = runningJobOf(read.record);
      const transition = afterLoss(job, wasAlone, parts.random);
      const verdict = verdictOfLoss(job, transition);
      parts.tally.attemptEnded(seq, false);
      return afterAttempt(parts, read.record, transition, { verdict, place, report: undefined });
    },
    known,
  );
}

export async function saveProgress(
  parts: Parts,
  { seq, token }: RowAttempt,
  progress: string,
): Promise<void> {
  await changeJob(parts, seq, (read) => {
    if (!isUnderWay(read, token)) return null;
    const write = (change: Change) => change.do("HSET", parts.keys.job(seq), "p", progress);
    return { after: read.record, write, value: null };
  });
}

export async function saveCheckpoint(
  parts: Parts,
  { seq, token }: RowAttempt,
  checkpoint: string,
): Promise<void> {
  await changeJob(parts, seq, (read) => {
    if (!isUnderWay(read, token)) return null;
    const write = (change: Change) => change.do("HSET", parts.keys.job(seq), "c", checkpoint);
    return { after: read.record, write, value: null };
  });
}

function isUnderWay({ record }: ReadJob, token: number): boolean {
  return record.state === "running" && record.token === token;
}

interface Told extends Omit<ToldAttempt, "verdict"> {
  /** Undefined: the attempt never started. */
  readonly verdict: Verdict | undefined;
}

async function afterAttempt(
  parts: Parts,
  record: JobRecord,
  transition: Transition,
  told: Told,
): Promise<Decision<null>> {
  const { after, writes } =
    transition.to === "queued"
      ? await requeued(parts, record, transition)
      : finished(parts, record, transition);
  const write = (change: Change) => {
    writes(change);
    if (told.verdict) addToHistory(change, parts, record, { ...told, verdict: told.verdict });
  };
  return { after, write, value: null };
}

interface Next {
  readonly after: JobRecord;
  readonly writes: (change: Change) => void;
}

async function requeued(parts: Parts, record: JobRecord, requeue: Requeued): Promise<Next> {
  const { attempts, losses, pauseMs, error } = requeue;
  const pool = isSuspect(losses) ? "held" : "open";
  const keepsTurn = error === null && pauseMs === 0;
  const after: JobRecord = {
    ...record,
    ...{ state: "queued", attempts, losses, pauseMs, pool, parked: null, lines: [] },
    runAt: keepsTurn ? record.runAt : parts.clock.now() + pauseMs,
    error: error ?? record.error,
    startedAt: null,
    startBefore: mayStillExpire(requeue) ? record.startBefore : null,
  };
  const { holdsUnique, writes } = await holdAgain(parts, after);
  const isHeld = parts.held.has(record.ticket) && pool === record.pool;
  const kept = { ...after, holdsUnique };
  const writesAll = (change: Change) => {
    writes(change);
    change.do("HDEL", parts.keys.job(record.seq), "p");
  };
  return { after: isHeld ? kept : withNewTicket(kept), writes: writesAll };
}

function finished(parts: Parts, record: JobRecord, final: Exclude<Transition, Requeued>): Next {
  const key = parts.keys.job(record.seq);
  const error = ("error" in final && final.error) || null;
  const unstarted = final.to === "cancelled" ? final.attempts : undefined;
  const after: JobRecord = {
    ...{ ...record, state: final.to, finishedAt: parts.clock.now(), error },
    ...(unstarted !== undefined && { attempts: unstarted, startedAt: null }),
    ...{ parked: null, lines: [] },
  };
  const writes = (change: Change) => {
    if (final.to !== "succeeded") return;
    change.do("HSET", key, "r", final.result);
    if (final.bytesAt !== undefined) change.do("HSET", key, "ra", final.bytesAt);
    if (final.body) change.do("HSET", key, "rb", final.body);
  };
  return { after, writes };
}

/** Ends a job that does not run. */
export function endedJob(
  parts: Parts,
  record: JobRecord,
  final: Exclude<Transition, Requeued>,
): JobRecord {
  return finished(parts, record, final).after;
}
