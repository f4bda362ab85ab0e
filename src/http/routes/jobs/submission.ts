import { z } from "zod";
import { AppError, type FieldError } from "../../../errors.ts";
import type { JobKey, NewJob } from "../../../jobs/job.ts";
import {
  defaultBackoffMs,
  defaultMaxAttempts,
  maxBackoffMs,
  maxMaxAttempts,
  maxPriority,
  maxRunAheadMs,
  maxTimeoutMs,
} from "../../../jobs/limits.ts";
import { checkFields, checkInput } from "../../../tasks/check/check.ts";
import type { Services } from "../../services.ts";
import { makeFingerprints } from "./fingerprint.ts";

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.number({ error: message }).int(message).min(min, message).max(max, message).optional();
}

/** An example of a valid time. A fixed one would be in the past some day. */
function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+/, "");
}

/** What a client sends for one job. The task's own schema checks `input`. */
const submission = z.strictObject({
  task: z.string({ error: "must be the name of a task (GET /tasks)" }),
  input: z.unknown().optional(),
  priority: wholeNumber(-maxPriority, maxPriority),
  runAt: z.iso
    .datetime({ offset: true, error: () => `must be a time as in ${tomorrow()} (RFC 3339)` })
    .optional(),
  maxAttempts: wholeNumber(1, maxMaxAttempts),
  timeoutMs: wholeNumber(1, maxTimeoutMs),
  backoffMs: wholeNumber(0, maxBackoffMs),
});

const strayField = 'not a field of a job; what the task takes goes into "input"';

/** What the headers of a request say about its job. */
export interface SubmissionContext {
  readonly key: string | null;
  readonly traceparent: string | null;
}

/**
 * Makes a job from what a client sent.
 *
 * @throws AppError `invalid-input` that names every invalid field by its JSON Pointer
 */
export function makeJob(services: Services, sent: unknown, context: SubmissionContext): NewJob {
  const fields = checkFields("The job", submission, sent, strayField);
  const input = fields.input === undefined ? {} : fields.input;
  const checked = checkedInput(services, fields.task, input);
  const job = {
    task: fields.task,
    priority: fields.priority ?? 0,
    runAt: fields.runAt === undefined ? null : startTime(fields.runAt),
    maxAttempts: fields.maxAttempts ?? defaultMaxAttempts,
    timeoutMs: fields.timeoutMs ?? services.jobTimeoutMs,
    backoffMs: fields.backoffMs ?? defaultBackoffMs,
  };
  return {
    ...job,
    // As it was sent, so that a random default is drawn by the run.
    input: JSON.stringify(input),
    traceparent: context.traceparent,
    key: context.key === null ? null : keyOf(context.key),
  };

  function keyOf(name: string): JobKey {
    // The server's default may be different when the key comes again.
    const timeoutMs = job.timeoutMs === services.jobTimeoutMs ? null : job.timeoutMs;
    return { name, fingerprints: makeFingerprints({ ...job, timeoutMs }, input, checked) };
  }
}

/** @returns the input after the task's schema */
function checkedInput({ tasks, dispatcher }: Services, name: string, input: unknown): unknown {
  const task = tasks.get(name);
  if (!task) {
    const known = tasks.list().map((each) => each.name);
    const message = `there is no task ${JSON.stringify(name)}; there are ${known.join(", ")}`;
    throw explainInvalid([{ path: "/task", message }]);
  }
  try {
    const checked = checkInput(task, input);
    dispatcher.requireMemory(task, checked);
    return checked;
  } catch (error) {
    if (!(error instanceof AppError) || !error.errors) throw error;
    throw explainInvalid(
      error.errors.map(({ path, message }) => ({ path: `/input${path}`, message })),
    );
  }
}

/** A time in the past means now. */
function startTime(runAt: string): number {
  const at = Date.parse(runAt);
  if (at - Date.now() <= maxRunAheadMs) return at;
  const days = maxRunAheadMs / 86_400_000;
  throw explainInvalid([{ path: "/runAt", message: `must be within ${days} days from now` }]);
}

function explainInvalid(errors: readonly FieldError[]): AppError {
  const fields = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return new AppError("invalid-input", `The job is not valid. ${fields}.`, { errors });
}
