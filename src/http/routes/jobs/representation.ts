import { AppError } from "../../../errors.ts";
import type { ExpectedVersions } from "../../../jobs/control.ts";
import type { Job } from "../../../jobs/job.ts";
import { readIfMatch } from "../../if-match.ts";
import type { HttpContext } from "../../services.ts";

export { linkJob, writeJob } from "../../../jobs/shown-job.ts";

/** When to ask again for a job that is not done. */
export const retryAfterSeconds = "1";

/** @param isPaused whether the job is shown as paused, which is no new version of it */
export function makeEtag(job: Job, isPaused = false): string {
  return `"${job.version}${isPaused ? "-paused" : ""}"`;
}

/**
 * Reads which versions of a job a change may find (If-Match); undefined if any is right. A pause of
 * its task makes no new version.
 *
 * @throws AppError `malformed-request`
 */
export function readExpectedVersions(ctx: HttpContext): ExpectedVersions | undefined {
  const tags = readIfMatch(ctx, '"3"');
  if (tags === null || tags === "any") return undefined;
  return tags.flatMap((tag) => {
    const version = /^([1-9]\d{0,14})(?:-paused)?$/.exec(tag)?.[1];
    return version === undefined ? [] : Number(version);
  });
}

/** Explains why a job has no result to give. */
export function explainMissingResult(job: Job): AppError {
  if (job.state === "cancelled") {
    const why = job.error ? ` ${job.error.detail}` : "";
    const detail = `Job ${job.id} was cancelled and has no result.${why} POST /jobs/${job.id}/retry runs it again.`;
    return new AppError("job-cancelled", detail);
  }
  if (job.state === "expired") {
    const detail = `Job ${job.id} had not started when its startBefore was over. POST /jobs/${job.id}/retry runs it all the same.`;
    return new AppError("job-expired", detail);
  }
  if (job.state === "failed") {
    const detail = `Job ${job.id} failed after ${job.attempts} of ${job.maxAttempts} attempts: ${job.error?.detail ?? ""}`;
    return new AppError("job-failed", detail);
  }
  const detail = `Job ${job.id} is ${job.state}. Ask again after the seconds in Retry-After, or wait with GET /jobs/${job.id} and Prefer: wait=60.`;
  return new AppError("job-not-done", detail, { headers: { "Retry-After": retryAfterSeconds } });
}
