import type { SQLOutputValue } from "node:sqlite";
import type { Assignment, Job, JobState } from "../../job.ts";

/**
 * States as the file has them. A queued job is `delayed` until its time has come. Then it is `ready`;
 * or `quarantined`, where it may be what ends its workers: it runs with no other job beside it
 * (primary/quarantine.ts).
 */
export const stateCodes = {
  delayed: 0,
  ready: 1,
  running: 2,
  succeeded: 3,
  failed: 4,
  cancelled: 5,
  quarantined: 6,
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
];

export function codesOf(state: JobState): readonly StateCode[] {
  return publicStates.flatMap((each, code) => (each === state ? [code as StateCode] : []));
}

export function stateOf(code: number): JobState {
  return publicStates[code] ?? "queued";
}

/** What `jobOf` reads. Without the input and the result, which may be large. */
export const jobColumns = `seq, state, version, task, priority, attempts, max_attempts, timeout_ms,
  created_at, run_at, started_at, finished_at, cancel_requested, error_type, error_detail,
  traceparent, progress`;

export type Row = Record<string, SQLOutputValue>;

export function jobOf(row: Row, id: string): Job {
  const state = stateOf(row["state"] as number);
  const type = row["error_type"] as string | null;
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
  };
}

export function assignmentOf(row: Row, id: string): Assignment {
  return {
    id,
    token: row["token"] as number,
    task: row["task"] as string,
    input: row["input"] as string,
    attempt: row["attempts"] as number,
    maxAttempts: row["max_attempts"] as number,
    timeoutMs: row["timeout_ms"] as number,
  };
}
