import { z } from "zod";
import { AppError } from "../../../errors.ts";
import { maxJobsAtOnce, maxTags } from "../../../jobs/limits.ts";
import type { NewJob } from "../../../jobs/new-job.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import type { Services } from "../../services.ts";
import { makeJob, type SubmissionContext } from "../jobs/submission.ts";

const ref = "must be 1 to 64 characters of A-Z a-z 0-9 . _ : -";
const list = `must be a list of up to ${maxJobsAtOnce} ids of jobs, and refs as in "#first"`;

/** The fields that a job has otherwise in a batch than alone. */
export const placed = z.strictObject({
  ref: z
    .string({ error: ref })
    .regex(/^[\w.:-]{1,64}$/, ref)
    .optional(),
  after: z
    .array(z.string({ error: list }), { error: list })
    .max(maxJobsAtOnce, list)
    .optional(),
});

/** A job of a batch, without its prerequisites. */
export interface BatchItem extends z.infer<typeof placed> {
  readonly job: NewJob;
}

/**
 * Makes one job of a batch from what a client sent.
 *
 * @param tags of the whole batch
 * @throws AppError `invalid-input` with pointers into the job
 */
export function readItem(
  services: Services,
  sent: unknown,
  tags: readonly string[],
  context: SubmissionContext,
): BatchItem {
  if (typeof sent !== "object" || sent === null || Array.isArray(sent)) {
    refuse("", 'must be an object such as {"task":"primes","input":{"limit":1000}}');
  }
  const { ref, after, ...alone } = sent as Readonly<Record<string, unknown>>;
  const place = checkFields("The job", placed, { ref, after });
  const job = makeJob(services, alone, context);
  if (job.unique) refuse("/unique", "a job of a batch cannot have it; submit this job alone");
  const all = [...new Set([...tags, ...job.tags])];
  if (all.length > maxTags) refuse("/tags", `must be at most ${maxTags}, with those of the batch`);
  return { ...place, job: { ...job, tags: all } };
}

function refuse(path: string, message: string): never {
  throw new AppError("invalid-input", message, { errors: [{ path, message }] });
}
