import { isFinal, type Job, type JobError, type JobState } from "../../../job.ts";
import type { NewJob, UniqueKey, Webhook } from "../../../new-job.ts";
import type { RunningJob } from "../../../transitions/transitions.ts";

/** `open`: it may run beside other jobs. `held`: it runs alone (primary/dispatch/quarantine.ts). */
export type Pool = "open" | "held";

/** A job as Redis has it: JSON in one field of its hash. Its version and its ticket have their own. */
export interface JobRecord {
  readonly seq: number;
  readonly version: number;
  readonly state: JobState;
  /** The fencing token of the latest attempt; 0 before the first. */
  readonly token: number;
  /**
   * The id of its ticket (ticket-owners.ts); the empty text: it has none, or was read without it. It
   * may change without the version.
   */
  readonly ticket: string;
  readonly pool: Pool;
  /** The line (parking.ts) in which it waits for room, without a ticket; null if it does not. */
  readonly parked: string | null;
  /** The lines with a limit in which it counts as running. */
  readonly lines: readonly string[];
  readonly task: string;
  readonly priority: number;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly losses: number;
  readonly timeoutMs: number;
  readonly backoffMs: number;
  readonly pauseMs: number;
  readonly createdAt: number;
  readonly runAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly cancelRequested: boolean;
  readonly error: JobError | null;
  readonly traceparent: string | null;
  readonly tags: readonly string[];
  readonly group: string | null;
  readonly startBefore: number | null;
  readonly unique: Pick<UniqueKey, "key" | "while"> | null;
  readonly holdsUnique: boolean;
  /** The Idempotency-Keys that name it. */
  readonly keys: readonly string[];
  /** The ends that must come first (after/ends.ts). In a job that has ended: those it waited for then. */
  readonly waitsFor: readonly string[];
  readonly onFailure: NewJob["onFailure"];
  readonly batch: number | null;
  readonly schedule: string | null;
  readonly scheduledFor: number | null;
  readonly onEnd: Webhook | null;
  /** How often its end was announced: the number of its latest delivery. */
  readonly deliveries: number;
}

/** A new job, before its commit. */
export function recordOf(job: NewJob, seq: number, now: number): JobRecord {
  const { task, priority, maxAttempts, timeoutMs, backoffMs, traceparent, tags, unique } = job;
  return {
    ...{ seq, version: 1, state: "queued", token: 0, pool: "open", parked: null },
    ticket: newTicketOf({ seq, version: 1 }),
    ...{
      lines: [],
      task,
      priority,
      attempts: 0,
      maxAttempts,
      losses: 0,
      timeoutMs,
      backoffMs,
      pauseMs: 0,
    },
    ...{ createdAt: now, runAt: Math.max(now, job.runAt ?? now), startedAt: null },
    ...{ finishedAt: null, cancelRequested: false, error: null, traceparent, tags },
    group: job.group?.key ?? null,
    startBefore: job.startBefore,
    unique: unique && { key: unique.key, while: unique.while },
    holdsUnique: unique !== null,
    keys: job.key ? [job.key.name] : [],
    ...{ waitsFor: [], onFailure: job.onFailure, batch: null },
    schedule: job.schedule?.name ?? null,
    scheduledFor: job.schedule?.scheduledFor ?? null,
    onEnd: job.onEnd,
    deliveries: 0,
  };
}

/** Whether it waits only for a worker, or for its time: a ticket says so to all hosts. */
export function hasTicket({ state, waitsFor, parked }: JobRecord): boolean {
  return state === "running" || (state === "queued" && waitsFor.length === 0 && parked === null);
}

/** Names the ticket that a change gives to a job: no other one of this queue has ever had the same. */
export function newTicketOf({ seq, version }: Pick<JobRecord, "seq" | "version">): string {
  return `${seq}-${version}`;
}

/** Whether its latest change has given it a ticket. */
export function isTicketNew(record: JobRecord): boolean {
  return hasTicket(record) && record.ticket === newTicketOf(record);
}

export function runningJobOf({
  attempts,
  maxAttempts,
  backoffMs,
  losses,
  cancelRequested,
}: JobRecord): RunningJob {
  return { attempts, maxAttempts, backoffMs, losses, cancelRequested };
}

/** @param batch the id of its batch */
export function jobOf(
  record: JobRecord,
  id: string,
  batch: string | null,
  progress: string | null,
): Job {
  const { state } = record;
  return {
    id,
    ...{ task: record.task, state, version: record.version, priority: record.priority },
    ...{ attempts: record.attempts, maxAttempts: record.maxAttempts },
    ...{ timeoutMs: record.timeoutMs, createdAt: record.createdAt },
    runAt: state === "queued" ? record.runAt : null,
    ...{ startedAt: record.startedAt, finishedAt: record.finishedAt, progress },
    ...{ cancelRequested: record.cancelRequested, error: record.error },
    ...{ traceparent: record.traceparent, tags: record.tags, group: record.group },
    ...{ startBefore: record.startBefore, batch },
    waitsFor: isFinal(state) ? 0 : record.waitsFor.length,
    ...{ schedule: record.schedule, scheduledFor: record.scheduledFor },
    hasWebhook: record.onEnd !== null,
  };
}

type Encoded = Omit<JobRecord, "version" | "ticket">;

/** The record without what has a field of its own. */
export function encode({ version: _, ticket: __, ...record }: JobRecord): string {
  return JSON.stringify(record satisfies Encoded);
}

/** @param ticket null: it has none, or is not wanted */
export function decode(
  version: string,
  json: string,
  ticket: string | null | undefined = null,
): JobRecord {
  return { ...(JSON.parse(json) as Encoded), version: Number(version), ticket: ticket ?? "" };
}

export { isFinal };
