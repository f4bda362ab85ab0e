import { AppError } from "../../../errors.ts";
import type { Job, Submitted } from "../../../jobs/job.ts";
import { isFinal } from "../../../jobs/job.ts";
import { answerJsonText } from "../../json.ts";
import type { HttpContext, Services } from "../../services.ts";
import { requireFound, requireQueue, waitForEnd } from "./find-job.ts";
import { readIdempotencyKey, readPreferences, readTraceparent } from "./headers.ts";
import { linkJob, makeEtag, retryAfterSeconds, writeJob } from "./representation.ts";
import { makeJob } from "./submission.ts";

/** Submits one job and answers with it: 202, or 200 if the client waited for its end. */
export async function submitOne(
  ctx: HttpContext,
  services: Services,
  sent: unknown,
): Promise<void> {
  const queue = requireQueue(services);
  const context = { key: readIdempotencyKey(ctx), traceparent: readTraceparent(ctx) };
  const [submitted] = await queue.submit([makeJob(services, sent, context)]);
  const { job, replayed } = requireAccepted(submitted);
  if (replayed) ctx.set("Idempotent-Replayed", "true");
  const { wait } = readPreferences(ctx);
  if (wait === undefined) {
    answer(ctx, job, null);
    return;
  }
  const granted = await waitForEnd(ctx, services, job.id, wait);
  ctx.set("Preference-Applied", `wait=${granted}`);
  const now = requireFound(job.id, await queue.find(job.id, true));
  answer(ctx, now.job, now.result);
}

/** @throws AppError `key-conflict` */
export function requireAccepted(submitted: Submitted | undefined): { job: Job; replayed: boolean } {
  if (submitted?.kind === "accepted") return submitted;
  const detail =
    "This Idempotency-Key was used with another payload. Nothing was submitted. Use a new key for a new job.";
  throw new AppError("key-conflict", detail);
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
  if (!services.jobs || ctx.method !== "POST" || ctx.query["executor"] !== undefined) return false;
  if (!readPreferences(ctx).respondAsync) return false;
  await submitOne(ctx, services, { task, input: await readInput() });
  ctx.append("Preference-Applied", "respond-async");
  return true;
}
