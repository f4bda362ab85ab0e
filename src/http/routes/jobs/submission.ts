import { z } from "zod";
import { AppError, type FieldError } from "../../../errors.ts";
import {
  defaultBackoffMs,
  defaultMaxAttempts,
  maxBackoffMs,
  maxMaxAttempts,
  maxPriority,
  maxRunAheadMs,
  maxTags,
  maxTimeoutMs,
} from "../../../jobs/limits.ts";
import { type JobKey, type NewJob, plainParts, type Webhook } from "../../../jobs/new-job.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import type { Services } from "../../services.ts";
import { checkedInput, explainInvalidJob } from "./checked-input.ts";
import { afterFields, afterParts } from "./fields/after.ts";
import { orderFields, orderParts, orderProblems } from "./fields/order.ts";
import { timeField } from "./fields/time.ts";
import { makeFingerprints } from "./fingerprint.ts";
import { describeBytes, digestible, type JobBytes } from "./job-bytes.ts";

export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.number({ error: message }).int(message).min(min, message).max(max, message).optional();
}

export const priorityField = wholeNumber(-maxPriority, maxPriority);

const tagText = "must be 1 to 64 characters of A-Z a-z 0-9 . _ : -";
const tagCount = `must be a list of at most ${maxTags} tags`;

export const tagsField = z
  .array(z.string({ error: tagText }).regex(/^[\w.:-]{1,64}$/, tagText), { error: tagCount })
  .max(maxTags, tagCount)
  .optional();

/** Whom to tell of the end. Where it may lead is checked by `checkedWebhook`. */
export const onEndField = z
  .strictObject(
    { url: z.string({ error: "must be a URL that begins with https:// or http://" }) },
    { error: 'must be an object such as {"url":"https://example.com/hook"}' },
  )
  .optional();

/** What a client sends for one job. The task's own schema checks `input`. */
export const submission = z.strictObject(
  {
    task: z.string({ error: "must be the name of a task (GET /tasks)" }),
    input: z.unknown().optional(),
    priority: priorityField,
    runAt: timeField.optional(),
    maxAttempts: wholeNumber(1, maxMaxAttempts),
    timeoutMs: wholeNumber(1, maxTimeoutMs),
    backoffMs: wholeNumber(0, maxBackoffMs),
    tags: tagsField,
    ...orderFields,
    ...afterFields,
    onEnd: onEndField,
  },
  { error: 'must be a job, such as {"task":"hash"}' },
);

const strayField = 'not a field of a job; what the task takes goes into "input"';

/** What the headers of a request say about its job. */
export interface SubmissionContext {
  readonly key: string | null;
  readonly traceparent: string | null;
}

/**
 * Makes a job from what a client sent.
 *
 * @param bytes what it sent in place of an `input`
 * @throws AppError `invalid-input` that names every invalid field by its JSON Pointer
 */
export function makeJob(
  services: Services,
  sent: unknown,
  context: SubmissionContext,
  bytes?: JobBytes,
): NewJob {
  const fields = checkFields("The job", submission, sent, strayField);
  const input = bytes ? describeBytes(bytes) : fields.input === undefined ? {} : fields.input;
  const errors: FieldError[] = [];
  const checked = collect(errors, () => checkedInput(services, fields.task, bytes?.taken ?? input));
  const runAt = collect(errors, () => readStartTime(fields.runAt));
  errors.push(...orderProblems(fields, context.key === null ? Date.now() : null));
  const onEnd = collect(errors, () => checkedWebhook(services, fields.onEnd));
  if (errors.length > 0) throw explainInvalidJob(errors);
  const presets = presetsOf(services, fields.task);
  const job = {
    task: fields.task,
    priority: fields.priority ?? 0,
    runAt: runAt ?? null,
    maxAttempts: fields.maxAttempts ?? presets.maxAttempts,
    timeoutMs: fields.timeoutMs ?? presets.timeoutMs,
    backoffMs: fields.backoffMs ?? presets.backoffMs,
  };
  const parts = {
    tags: [...new Set(fields.tags)],
    ...orderParts(fields),
    ...afterParts(fields),
    onEnd: onEnd ?? null,
  };
  return {
    ...plainParts,
    ...job,
    ...parts,
    // As it was sent, so that a random default is drawn by the run.
    input: JSON.stringify(input),
    body: bytes?.taken.data ?? null,
    traceparent: context.traceparent,
    key: context.key === null ? null : keyOf(context.key),
  };

  function keyOf(name: string): JobKey {
    // The defaults of the server and of the task may be different when the key comes again.
    const { maxAttempts, timeoutMs, backoffMs } = job;
    const named = {
      ...job,
      ...withoutDefaults(parts),
      maxAttempts: maxAttempts === presets.maxAttempts ? defaultMaxAttempts : maxAttempts,
      timeoutMs: timeoutMs === presets.timeoutMs ? null : timeoutMs,
      backoffMs: backoffMs === presets.backoffMs ? defaultBackoffMs : backoffMs,
    };
    const inputs = bytes ? digestible(bytes, checked) : ([input, checked] as const);
    return { name, fingerprints: makeFingerprints(named, ...inputs) };
  }
}

/** What a job gets that its client does not say: from the task, or from the server. */
function presetsOf({ tasks, jobTimeoutMs }: Services, name: string) {
  const { retry = {}, timeoutMs = jobTimeoutMs } = tasks.get(name) ?? {};
  const { maxAttempts = defaultMaxAttempts, backoffMs = defaultBackoffMs } = retry;
  return { maxAttempts, timeoutMs, backoffMs };
}

/**
 * Makes a value, so that the faults of several checks can be told together.
 *
 * @param errors gets the invalid fields of an AppError that was thrown
 * @returns undefined if there was one
 */
function collect<Value>(errors: FieldError[], make: () => Value): Value | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof AppError) || !error.errors) throw error;
    errors.push(...error.errors);
    return undefined;
  }
}

/**
 * The parts that are not as every plain job has them. A part that nobody asked for is in no digest:
 * the digests of a job stay the same when a version brings new parts.
 */
function withoutDefaults(parts: Partial<NewJob>): Record<string, unknown> {
  const plain: Record<string, unknown> = plainParts;
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return Object.fromEntries(
    Object.entries(parts).filter(([name, value]) => !isSame(value, plain[name])),
  );
}

/**
 * @returns the webhook of `onEnd`; null where there is none
 * @throws AppError `invalid-input` where this server sends no webhook there
 */
export function checkedWebhook(services: Services, onEnd: Webhook | undefined): Webhook | null {
  if (!onEnd) return null;
  const message = services.webhooks.refusalOf(onEnd.url);
  if (message !== null) throw explainInvalidJob([{ path: "/onEnd/url", message }]);
  return onEnd;
}

/**
 * Reads `runAt`. A time in the past means now.
 *
 * @throws AppError `invalid-input` for a time that is too far ahead
 */
export function readStartTime(runAt: string | undefined): number | null {
  if (runAt === undefined) return null;
  const at = Date.parse(runAt);
  if (at - Date.now() <= maxRunAheadMs) return at;
  const days = maxRunAheadMs / 86_400_000;
  throw explainInvalidJob([{ path: "/runAt", message: `must be within ${days} days from now` }]);
}
