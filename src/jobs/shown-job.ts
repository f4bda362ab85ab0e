/** A job as clients see it: in answers, in events, and in webhooks. */
import { describeProblem } from "../problems.ts";
import { isFinal, type Job, type JobError, type JobState } from "./job.ts";

/** What an answer about one job shows beside the job. */
export interface ShownBeside {
  /** JSON text; null if it is not shown. */
  readonly input?: string | null;
  /** Its task is paused. */
  readonly isPaused?: boolean;
}

/**
 * Writes a job for clients, after Google's AIP-151. A job that is `done` has an `error`, or the `result`
 * if it is shown. Times are RFC 3339.
 *
 * @param result JSON text; null if the job has no result, or the result is not shown
 */
export function writeJob(job: Job, result: string | null, more: ShownBeside = {}): string {
  const { input = null, isPaused = false } = more;
  let text = JSON.stringify({ ...shown(job), ...(isPaused && { paused: true }) });
  // They are JSON text already. To parse it and write it again would cost as much as making it.
  if (input !== null) text = `${text.slice(0, -1)},"input":${input}}`;
  return result === null ? text : `${text.slice(0, -1)},"result":${result}}`;
}

function shown(job: Job) {
  const done = isFinal(job.state);
  const error = job.error ?? endErrors[job.state];
  return {
    id: job.id,
    task: job.task,
    state: job.state,
    done,
    ...(job.tags.length > 0 && { tags: job.tags }),
    ...(job.schedule !== null && {
      schedule: job.schedule,
      scheduledFor: timeOf(job.scheduledFor),
    }),
    ...(job.group !== null && { group: job.group }),
    priority: job.priority,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    timeoutMs: job.timeoutMs,
    createdAt: timeOf(job.createdAt),
    runAt: timeOf(job.runAt),
    ...(job.startBefore !== null && { startBefore: timeOf(job.startBefore) }),
    startedAt: timeOf(job.startedAt),
    finishedAt: timeOf(job.finishedAt),
    cancelRequested: job.cancelRequested,
    ...(job.waitsFor > 0 && { waitsFor: job.waitsFor }),
    ...(job.batch !== null && { batch: job.batch }),
    progress: job.progress === null ? null : (JSON.parse(job.progress) as unknown),
    ...(error && { [done ? "error" : "lastError"]: describeProblem(error.type, error.detail) }),
    links: { ...linkJob(job.id), ...linksBeside(job) },
  };
}

/** The errors of jobs that have ended without their last attempt. */
const endErrors: Partial<Record<JobState, JobError>> = {
  cancelled: { type: "job-cancelled", detail: "It was cancelled before it had a result." },
  expired: { type: "job-expired", detail: "It had not started when its startBefore was over." },
};

export function linkJob(id: string) {
  const self = `/jobs/${id}`;
  return { self, result: `${self}/result`, events: `${self}/events` };
}

/** What few clients look at: what it has been through, and its webhooks where it has any. */
function linksBeside({ id, hasWebhook }: Job) {
  const attempts = `/jobs/${id}/attempts`;
  return { attempts, ...(hasWebhook && { deliveries: `/jobs/${id}/deliveries` }) };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
