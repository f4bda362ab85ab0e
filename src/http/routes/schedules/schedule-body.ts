import { z } from "zod";
import { AppError, type FieldError } from "../../../errors.ts";
import { maxEveryMs, maxScheduledJob, minEveryMs } from "../../../jobs/limits.ts";
import type { NewJob } from "../../../jobs/new-job.ts";
import { catchUps, overlaps } from "../../../jobs/schedules/due.ts";
import type { NewSchedule } from "../../../jobs/schedules/schedule.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import type { Services } from "../../services.ts";
import { timeField } from "../jobs/fields/time.ts";
import { makeJob, wholeNumber } from "../jobs/submission.ts";
import { findRuleFaults, makeRules } from "./rules.ts";

/** What a client puts. The job is checked as a submission is. */
export const body = z.strictObject(
  {
    cron: z.string({ error: 'must be a cron pattern such as "*/5 * * * *"' }).optional(),
    everyMs: wholeNumber(minEveryMs, maxEveryMs),
    timeZone: z
      .string({ error: "must be the name of a time zone, such as Europe/Berlin" })
      .optional(),
    startAt: timeField.optional(),
    endAt: timeField.optional(),
    catchUp: z.enum(catchUps, { error: `must be one of ${catchUps.join(", ")}` }).optional(),
    overlap: z.enum(overlaps, { error: `must be one of ${overlaps.join(", ")}` }).optional(),
    enabled: z.boolean({ error: "must be true or false" }).optional(),
    job: z.unknown().optional(),
  },
  { error: 'must be an object such as {"cron":"*/5 * * * *","job":{"task":"hash"}}' },
);

export type ScheduleBody = z.infer<typeof body>;

const strayField = 'not a field of a schedule; what its jobs take goes into "job"';

/** Fields of a submission that make no sense for a job that is made again and again. */
const strayJobFields = {
  runAt: "leave it out; a job of a schedule starts when it is due",
  startBefore: "leave it out; it is one time, and a schedule makes many jobs",
  after: "leave it out; a job of a schedule starts when it is due",
  onFailure: "leave it out; it belongs to after",
} as const;

/**
 * Makes a schedule from what a client sent.
 *
 * @throws AppError `invalid-input` that names every invalid field by its JSON Pointer
 */
export function makeSchedule(services: Services, name: string, sent: unknown): NewSchedule {
  const errors: FieldError[] = [];
  const fields = collect(errors, "", () => checkFields("The schedule", body, sent, strayField));
  const job = collect(errors, "/job", () => makeScheduledJob(services, jobOf(sent)));
  if (fields) errors.push(...findRuleFaults(fields, Date.now()));
  if (!fields || !job || errors.length > 0) throw explainInvalid(errors);
  return { name, rules: makeRules(fields), job, sent: writeSent(fields.job) };
}

/** @returns undefined if it is not valid; then its faults are among the errors */
function collect<Value>(errors: FieldError[], at: string, check: () => Value): Value | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof AppError) || !error.errors) throw error;
    errors.push(...error.errors.map(({ path, message }) => ({ path: `${at}${path}`, message })));
    return undefined;
  }
}

function jobOf(sent: unknown): unknown {
  return typeof sent === "object" && sent !== null && "job" in sent ? sent.job : undefined;
}

function makeScheduledJob(services: Services, sent: unknown): NewJob {
  if (typeof sent !== "object" || sent === null) {
    throw explainInvalid([{ path: "", message: 'must be a job, such as {"task":"hash"}' }]);
  }
  const strays = Object.entries(strayJobFields).filter(([name]) => Object.hasOwn(sent, name));
  if (strays.length > 0) {
    throw explainInvalid(strays.map(([name, message]) => ({ path: `/${name}`, message })));
  }
  const job = makeJob(services, sent, { key: null, traceparent: null });
  if (JSON.stringify(job).length <= maxScheduledJob) return job;
  const message = `must have at most ${maxScheduledJob} characters as JSON; let the task read larger data itself`;
  throw explainInvalid([{ path: "", message }]);
}

/** The input is kept with the job. */
function writeSent(job: unknown): string {
  const { input, ...others } = job as Record<string, unknown>;
  return JSON.stringify(others);
}

export function explainInvalid(errors: readonly FieldError[]): AppError {
  const fields = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return new AppError("invalid-input", `The schedule is not valid. ${fields}.`, { errors });
}
