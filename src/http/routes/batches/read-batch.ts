import { hash } from "node:crypto";
import { z } from "zod";
import type { AppError, FieldError } from "../../../errors.ts";
import type { NewBatch } from "../../../jobs/batch.ts";
import { maxJobsAtOnce } from "../../../jobs/limits.ts";
import type { JobKey, NewJob, Webhook } from "../../../jobs/new-job.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import type { Services } from "../../services.ts";
import { mapInSlices } from "../../slices.ts";
import { onEndField, type SubmissionContext, tagsField } from "../jobs/submission.ts";
import { BatchErrors } from "./batch-errors.ts";
import { readItem } from "./read-item.ts";
import { resolveRefs } from "./refs.ts";

const count = `must be a list of 1 to ${maxJobsAtOnce} jobs`;

export const batchSubmission = z.strictObject(
  {
    jobs: z.array(z.unknown(), { error: count }).min(1, count).max(maxJobsAtOnce, count),
    tags: tagsField,
    onEnd: onEndField,
  },
  { error: 'must be an object such as {"jobs":[{"task":"hash"}]}' },
);

export interface SentBatch {
  readonly batch: NewBatch;
  /** The ref of each job. */
  readonly refs: readonly (string | undefined)[];
}

/**
 * Makes a batch from what a client sent.
 *
 * @throws AppError `invalid-input` that names invalid fields by their JSON Pointers
 */
export async function readBatch(
  services: Services,
  sent: unknown,
  context: SubmissionContext,
): Promise<SentBatch> {
  const errors = new BatchErrors();
  const own = errors.collect("", () => checkFields("The batch", batchSubmission, sent));
  const { jobs, tags = [], onEnd } = own ?? { jobs: jobsOf(sent) };
  const webhook = errors.collect("", () => requireWebhook(services, onEnd)) ?? null;
  const items = await mapInSlices(jobs, (job, place) =>
    errors.collect(`/jobs/${place}`, () => readItem(services, job, tags, context)),
  );
  errors.throwAny();
  const read = items.filter((item) => item !== undefined);
  const resolved = resolveRefs(read);
  if (resolved.kind === "invalid") throw explainInvalidBatch(resolved.errors);
  return {
    batch: {
      jobs: read.map(({ job }, place) => ({
        ...job,
        after: resolved.after[place] ?? [],
        key: null,
      })),
      onEnd: webhook,
      key: keyOf(context.key, read, [tags, webhook]),
    },
    refs: read.map(({ ref }) => ref),
  };
}

/** The jobs of a batch whose own fields are not valid: their errors are told, too. */
function jobsOf(sent: unknown): readonly unknown[] {
  const jobs = typeof sent === "object" && sent !== null && "jobs" in sent ? sent.jobs : null;
  return Array.isArray(jobs) && jobs.length <= maxJobsAtOnce ? jobs : [];
}

/** @throws AppError `invalid-input` where this server sends no webhook there */
function requireWebhook({ webhooks }: Services, onEnd: Webhook | undefined): Webhook | null {
  const message = onEnd ? webhooks.refusalOf(onEnd.url) : null;
  if (message !== null) throw explainInvalidBatch([{ path: "/onEnd/url", message }]);
  return onEnd ?? null;
}

interface ReadItem {
  readonly job: NewJob;
  readonly ref?: string | undefined;
  readonly after?: readonly string[] | undefined;
}

/** The digests of a batch are made of those of its jobs (see jobs/fingerprint.ts). */
function keyOf(
  name: string | null,
  items: readonly ReadItem[],
  more: readonly unknown[],
): JobKey | null {
  if (name === null) return null;
  const digestOf = (pick: (key: JobKey | null) => string | undefined) => {
    const parts = items.map(({ job, ref, after }) => [pick(job.key), ref, after]);
    return hash("sha256", JSON.stringify([parts, more]), "base64url");
  };
  const first = digestOf((key) => key?.fingerprints[0]);
  const last = digestOf((key) => key?.fingerprints.at(-1));
  return { name, fingerprints: first === last ? [first] : [first, last] };
}

export function explainInvalidBatch(errors: readonly FieldError[]): AppError {
  const all = new BatchErrors();
  for (const error of errors) all.add(error);
  return all.explain();
}
