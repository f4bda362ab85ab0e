import type { SQLOutputValue } from "node:sqlite";
import type { Assignment } from "../../../assignment.ts";
import type { Job, JobState } from "../../../job.ts";
import type { NewJob, UniqueKey, Webhook } from "../../../new-job.ts";
import type { Place } from "../../../transitions/order/line.ts";
import { isFreedByStart } from "../../../transitions/uniqueness.ts";

/**
 * States as the file has them. A queued job is `blocked` until its prerequisites have ended, then
 * `delayed` until its time has come. Then it is `ready`; or `quarantined`, where it may be what ends
 * its workers: it runs with no other job beside it (primary/dispatch/quarantine.ts).
 */
export const stateCodes = {
  delayed: 0,
  ready: 1,
  running: 2,
  succeeded: 3,
  failed: 4,
  cancelled: 5,
  quarantined: 6,
  blocked: 7,
  expired: 8,
} as const;

export type StateCode = (typeof stateCodes)[keyof typeof stateCodes];

const publicStates: readonly JobState[] = [
  "queued",
  "queued",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "queued",
  "queued",
  "expired",
];

/** What the end of a job touches beside its own row. A plain job touches nothing. */
export const endBits = {
  dependants: 1,
  webhook: 2,
  batch: 4,
  uniqueKey: 8,
  checkpoint: 16,
} as const;

/** Of a new job. `dependants` comes later, with the first job that waits for this one. */
export function endsOf({ onEnd, unique }: NewJob): number {
  const webhook = onEnd === null ? 0 : endBits.webhook;
  if (unique === null) return webhook;
  return webhook | endBits.uniqueKey | (isFreedByStart(unique) ? uniqueUntilStart : 0);
}

/** A bit of `ends`, too: the start of the job frees its unique key. */
export const uniqueUntilStart = 32;

/** What few jobs have. The row keeps it as JSON. */
export interface Extras {
  readonly tags?: readonly string[];
  readonly schedule?: string;
  readonly scheduledFor?: number;
  readonly onEnd?: Webhook;
  readonly unique?: Pick<UniqueKey, "key">;
}

/** @returns null for a job that has none of it */
export function extrasOf({ tags, schedule, onEnd, unique }: NewJob): string | null {
  const scheduledFor = schedule?.scheduledFor ?? null;
  const extras: Extras = {
    ...(tags.length > 0 && { tags }),
    ...(schedule && { schedule: schedule.name }),
    ...(scheduledFor !== null && { scheduledFor }),
    ...(onEnd && { onEnd }),
    ...(unique && { unique: { key: unique.key } }),
  };
  return Object.keys(extras).length > 0 ? JSON.stringify(extras) : null;
}

/**
 * What a job is found by in the table of tags: its tags, and the schedule that made it. A tag has no
 * space, so no tag is taken for a schedule.
 */
export function foundBy({ tags, schedule }: NewJob): readonly string[] {
  return schedule ? [...tags, markOfSchedule(schedule.name)] : tags;
}

export function markOfSchedule(name: string): string {
  return `schedule ${name}`;
}

export function codesOf(state: JobState): readonly StateCode[] {
  return publicStates.flatMap((each, code) => (each === state ? [code as StateCode] : []));
}

export function stateOf(code: number): JobState {
  return publicStates[code] ?? "queued";
}

/** What `jobOf` reads. */
export const jobColumns = `seq, state, version, task, priority, attempts, max_attempts, timeout_ms,
  created_at, run_at, started_at, finished_at, cancel_requested, error_type, error_detail,
  traceparent, progress, grp, start_before, blockers, batch, extras`;

export type Row = Record<string, SQLOutputValue>;

/** @param batch the id of its batch */
export function jobOf(row: Row, id: string, batch: string | null): Job {
  const state = stateOf(row["state"] as number);
  const type = row["error_type"] as string | null;
  const extras = row["extras"] === null ? none : (JSON.parse(row["extras"] as string) as Extras);
  return {
    id,
    task: row["task"] as string,
    state,
    version: row["version"] as number,
    priority: row["priority"] as number,
    attempts: row["attempts"] as number,
    maxAttempts: row["max_attempts"] as number,
    timeoutMs: row["timeout_ms"] as number,
    createdAt: row["created_at"] as number,
    runAt: state === "queued" ? (row["run_at"] as number) : null,
    startedAt: row["started_at"] as number | null,
    finishedAt: row["finished_at"] as number | null,
    progress: row["progress"] as string | null,
    cancelRequested: row["cancel_requested"] === 1,
    error: type === null ? null : { type, detail: row["error_detail"] as string },
    traceparent: row["traceparent"] as string | null,
    tags: extras.tags ?? [],
    group: row["grp"] as string | null,
    startBefore: row["start_before"] as number | null,
    waitsFor: row["blockers"] as number,
    batch,
    schedule: extras.schedule ?? null,
    scheduledFor: extras.scheduledFor ?? null,
    hasWebhook: extras.onEnd !== undefined,
  };
}

/** The line in which a job waits; the row has its priority, group and task. */
export function placeOf(row: Row): Place {
  return {
    priority: row["priority"] as number,
    group: row["grp"] as string | null,
    task: row["task"] as string,
  };
}

const none: Extras = {};

/** @param row as it was before the claim */
export function assignmentOf(row: Row, id: string, checkpoint?: string): Assignment {
  return {
    ...(checkpoint !== undefined && { checkpoint }),
    ...(row["traceparent"] !== null && { traceparent: row["traceparent"] as string }),
    id,
    token: (row["token"] as number) + 1,
    task: row["task"] as string,
    input: row["input"] as string,
    attempt: (row["attempts"] as number) + 1,
    maxAttempts: row["max_attempts"] as number,
    timeoutMs: row["timeout_ms"] as number,
  };
}
