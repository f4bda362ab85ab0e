import { AppError } from "../../../errors.ts";
import type { Job, JobState } from "../../../jobs/job.ts";
import { isFinal } from "../../../jobs/job.ts";
import type { NewJob, Submitted } from "../../../jobs/new-job.ts";
import { answerJsonText } from "../../json.ts";
import type { HttpContext, Services } from "../../services.ts";
import { explainInvalidJob } from "./checked-input.ts";
import { explainFaults } from "./fields/after.ts";
import { startTooLate } from "./fields/order.ts";
import { requireFound, requireQueue, waitForEnd } from "./find-job.ts";
import { readIdempotencyKey, readPreferences, readTraceparent } from "./headers.ts";
import { queueFullError } from "./queue-full.ts";
import { linkJob, makeEtag, retryAfterSeconds, writeJob } from "./representation.ts";
import { makeJob, type SubmissionContext } from "./submission.ts";

/** Submits one job and answers with it: 202, or 200 if the client waited for its end. */
export async function submitOne(
  ctx: HttpContext,
  services: Services,
  sent: unknown,
): Promise<void> {
  await submitMade(ctx, services, makeJob(services, sent, readSubmissionContext(ctx)));
}

export function readSubmissionContext(ctx: HttpContext): SubmissionContext {
  return { key: readIdempotencyKey(ctx), traceparent: readTraceparent(ctx) };
}

/** Submits one job that was checked, and answers with it. */
export async function submitMade(
  ctx: HttpContext,
  services: Services,
  made: NewJob,
): Promise<void> {
  const queue = requireQueue(services);
  const [submitted] = await queue.jobs.submit([made]);
  const { job, replayed, conflict } = requireAccepted(submitted);
  if (replayed) ctx.set("Idempotent-Replayed", "true");
  if (conflict) ctx.set("Unique-Conflict", conflict);
  const { wait } = readPreferences(ctx);
  if (wait === undefined) {
    answer(ctx, job, null);
    return;
  }
  const granted = await waitForEnd(ctx, services, job.id, wait);
  ctx.set("Preference-Applied", `wait=${granted}`);
  const now = requireFound(job.id, await queue.jobs.find(job.id, true));
  answer(ctx, now.job, now.result);
}

/**
 * @throws AppError `key-conflict`, `unique-conflict`, `invalid-input` for a prerequisite that is not
 * there, or a `startBefore` that is over; `queue-full`
 */
export function requireAccepted(
  submitted: Submitted | undefined,
): Extract<Submitted, { readonly kind: "accepted" }> {
  if (submitted?.kind === "accepted") return submitted;
  if (submitted?.kind === "no-prerequisite") throw explainFaults(submitted.faults);
  if (submitted?.kind === "too-late") {
    throw explainInvalidJob([{ path: "/startBefore", message: startTooLate }]);
  }
  if (submitted?.kind === "unique-conflict") throw explainUniqueConflict(submitted);
  if (submitted?.kind === "queue-full") throw queueFullError(submitted);
  const detail =
    "This Idempotency-Key was used with another payload. Nothing was submitted. Use a new key for a new job.";
  throw new AppError("key-conflict", detail);
}

function explainUniqueConflict({ id, state }: { id: string; state: JobState }): AppError {
  const detail = `The job ${linkJob(id).self} holds this unique key, and is ${state}. Nothing was submitted. Submit again when it has ended, or with another key.`;
  return new AppError("unique-conflict", detail, { headers: { Location: linkJob(id).self } });
}

function answer(ctx: HttpContext, job: Job, result: string | null): void {
  const done = isFinal(job.state);
  ctx.status = done ? 200 : 202;
  ctx.set("Location", linkJob(job.id).self);
  if (!done) ctx.set("Retry-After", retryAfterSeconds);
  ctx.set("ETag", makeEtag(job));
  answerJsonText(ctx, writeJob(job, result));
}

/**
 * Submits a job instead of a run if the client prefers that (`Prefer: respond-async`) and the server
 * takes jobs. A run that names an executor is run at once, because a job cannot name one.
 *
 * @returns whether it submitted a job
 */
export async function submitInstead(
  ctx: HttpContext,
  services: Services,
  task: string,
  readInput: () => Promise<unknown>,
): Promise<boolean> {
  if (!isSubmittedInstead(ctx, services)) return false;
  await submitOne(ctx, services, { task, input: await readInput() });
  ctx.append("Preference-Applied", "respond-async");
  return true;
}

/** @throws AppError `unauthorized`, where a run needs no token and a job does */
export function isSubmittedInstead(ctx: HttpContext, { jobs, guard }: Services): boolean {
  if (!jobs || ctx.method !== "POST" || ctx.query["executor"] !== undefined) return false;
  if (!readPreferences(ctx).respondAsync) return false;
  guard.requireToken(ctx.req);
  return true;
}
