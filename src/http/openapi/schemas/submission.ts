/** What clients send for jobs, batches and schedules: the schemas that check it, described. */
import { z } from "zod";
import { maxRunAheadMs } from "../../../jobs/limits.ts";
import { batchSubmission } from "../../routes/batches/read-batch.ts";
import { placed } from "../../routes/batches/read-item.ts";
import { change } from "../../routes/jobs/change-job.ts";
import { groupForms } from "../../routes/jobs/fields/order.ts";
import { submission } from "../../routes/jobs/submission.ts";
import { body as scheduleBody } from "../../routes/schedules/schedule-body.ts";
import { describeFields } from "../described-fields.ts";

const startTime = `The earliest start (RFC 3339), within ${maxRunAheadMs / 86_400_000} days. A time in the past means at once.`;

const group = z
  .union(groupForms)
  .optional()
  .describe("A key: jobs with other keys get an equal share of the slots.");

/** One job. */
export const jobSubmission = describeFields(submission, {
  task: "The name of a task (`GET /tasks`).",
  input: "What the task gets, `{}` if left out. The task's schema checks it.",
  priority: "Higher goes first; 0 if left out.",
  runAt: startTime,
  startBefore: "If it has not started by then, it expires.",
  maxAttempts: "After how many attempts that count it has failed; 3 if left out.",
  timeoutMs: "How long each attempt may take.",
  backoffMs: "The pause before the second attempt. It doubles with each; 1000 if left out.",
  tags: "Names to find it by.",
  group,
  unique: "One job with this key at a time.",
  after: "Ids of jobs that must end first.",
  onFailure: 'What becomes of it if one of those does not succeed; "cancel" if left out.',
  onEnd: "Whom to tell when it has ended, if the server sends webhooks (`--webhooks`).",
}).meta({ id: "JobSubmission", description: "One job." });

const { unique, ...batchedFields } = jobSubmission.shape;

const batchedJob = z
  .strictObject({
    ...batchedFields,
    ...describeFields(placed, {
      ref: "How other jobs of the batch name it, in their `after`.",
      after: 'Ids of earlier jobs, and refs of jobs of the batch as in `"#first"`.',
    }).shape,
  })
  .meta({ id: "BatchedJob", description: "One job of a batch." });

/** A batch. */
export const batchBody = describeFields(batchSubmission, {
  jobs: z.array(batchedJob).min(1).describe("All of them are accepted, or none."),
  tags: "Added to the tags of every job.",
  onEnd: "Whom to tell, once, when the batch has ended.",
}).meta({ id: "BatchSubmission", description: "Many jobs as one." });

/** What may be changed while a job is queued. */
export const jobChange = describeFields(change, {
  priority: "Higher goes first.",
  runAt: `${startTime} Null: at once.`,
}).meta({ id: "JobChange", description: "What is left out stays as it is." });

const { runAt, startBefore, after, onFailure, ...scheduledFields } = jobSubmission.shape;

/** What is put under the name of a schedule. */
export const schedulePut = describeFields(scheduleBody, {
  cron: 'A cron pattern, such as "30 2 * * *". It, or `everyMs`.',
  everyMs: "An interval.",
  timeZone: "Of the pattern, as IANA names it; UTC if left out.",
  startAt: "Not due before this time.",
  endAt: "Not due after this time.",
  catchUp: 'What becomes of times that the server missed; "one" if left out.',
  overlap: 'Whether a job is made while the last one has not ended; "allow" if left out.',
  enabled: "false: it makes no jobs.",
  job: z
    .strictObject(scheduledFields)
    .meta({ id: "ScheduledJob", description: "What each of its jobs is." }),
}).meta({ id: "SchedulePut", description: "When it is due, and what job it makes." });
