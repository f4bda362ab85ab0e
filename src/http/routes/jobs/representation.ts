import { AppError } from "../../../errors.ts";
import { isFinal, type Job, type JobError } from "../../../jobs/job.ts";
import { describeJobProblem } from "../../problem.ts";

/** When to ask again for a job that is not done. */
export const retryAfterSeconds = "1";

/**
 * Writes a job for clients, after Google's AIP-151. A job that is `done` has an `error`, or the `result`
 * if it is shown. Times are RFC 3339.
 *
 * @param result JSON text; null if the job has no result, or the result is not shown
 */
export function writeJob(job: Job, result: string | null): string {
  const text = JSON.stringify(shown(job));
  // The result is JSON text already. To parse it and write it again would cost as much as making it.
  return result === null ? text : `${text.slice(0, -1)},"result":${result}}`;
}

function shown(job: Job) {
  const done = isFinal(job.state);
  const error = job.state === "cancelled" ? cancelled : job.error;
  return {
    id: job.id,
    task: job.task,
    state: job.state,
    done,
    priority: job.priority,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    timeoutMs: job.timeoutMs,
    createdAt: timeOf(job.createdAt),
    runAt: timeOf(job.runAt),
    startedAt: timeOf(job.startedAt),
    finishedAt: timeOf(job.finishedAt),
    cancelRequested: job.cancelRequested,
    progress: job.progress === null ? null : (JSON.parse(job.progress) as unknown),
    ...(error && { [done ? "error" : "lastError"]: describeJobProblem(error.type, error.detail) }),
    links: linkJob(job.id),
  };
}

const cancelled: JobError = {
  type: "job-cancelled",
  detail: "It was cancelled before it had a result.",
};

export function linkJob(id: string) {
  const self = `/jobs/${id}`;
  return { self, result: `${self}/result`, events: `${self}/events` };
}

export function makeEtag(job: Job): string {
  return `"${job.version}"`;
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Explains why a job has no result to give. */
export function explainMissingResult(job: Job): AppError {
  if (job.state === "cancelled") {
    return new AppError(
      "job-cancelled",
      `Job ${job.id} was cancelled and has no result. Submit it again if you need one.`,
    );
  }
  if (job.state === "failed") {
    const detail = `Job ${job.id} failed after ${job.attempts} of ${job.maxAttempts} attempts: ${job.error?.detail ?? ""}`;
    return new AppError("job-failed", detail);
  }
  const detail = `Job ${job.id} is ${job.state}. Ask again after the seconds in Retry-After, or wait with GET /jobs/${job.id} and Prefer: wait=60.`;
  return new AppError("job-not-done", detail, { headers: { "Retry-After": retryAfterSeconds } });
}
