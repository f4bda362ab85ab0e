import type { Job } from "./job.ts";
import type { NewJob } from "./new-job.ts";

/** What only the queue knows of a job that it has just accepted. */
export interface AcceptedRow extends Pick<Job, "id" | "createdAt" | "waitsFor"> {
  readonly runAt: number;
}

/** A job as it is right after its acceptance. */
export function acceptedJob(job: NewJob, { id, createdAt, runAt, waitsFor }: AcceptedRow): Job {
  const { task, priority, maxAttempts, timeoutMs, traceparent, tags, group, startBefore } = job;
  const { schedule, onEnd } = job;
  return {
    id,
    task,
    state: "queued",
    version: 1,
    priority,
    attempts: 0,
    maxAttempts,
    timeoutMs,
    createdAt,
    runAt,
    startedAt: null,
    finishedAt: null,
    progress: null,
    cancelRequested: false,
    error: null,
    traceparent,
    tags,
    group: group?.key ?? null,
    startBefore,
    waitsFor,
    batch: null,
    schedule: schedule?.name ?? null,
    scheduledFor: schedule?.scheduledFor ?? null,
    hasWebhook: onEnd !== null,
  };
}
