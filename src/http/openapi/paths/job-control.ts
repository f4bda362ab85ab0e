/** What may be done to jobs by hand: to one, or to all that a filter selects. */
import { z } from "zod";
import { whichTask } from "../../routes/jobs/pause-jobs.ts";
import { describeFields } from "../described-fields.ts";
import { json, jsonBody, type Operation, type Operations } from "../operation.ts";
import { count } from "../schemas/common.ts";
import { job, paused } from "../schemas/job.ts";
import { jobChange } from "../schemas/submission.ts";
import { jobFilters, jobPath } from "./jobs.ts";

const ofOne = [
  ...(["malformed-request", "not-found", "not-acceptable", "job-gone"] as const),
  ...(["precondition-failed", "invalid-input", "queue-unavailable"] as const),
];

const changed = { headers: ["ETag", "Retry-After"], content: json(job) } as const;

const cancelAnswers = {
  200: { description: "The job is cancelled.", headers: ["ETag"], content: json(job) },
  202: { description: "Its run is being stopped.", ...changed },
} as const;

const changedJobs = z
  .object({ changed: count, more: z.boolean(), next: z.string().nullable() })
  .meta({ id: "ChangedJobs", description: "How many jobs one call has changed." });

function changeMany(id: string, summary: string, states: string): Operation {
  return {
    id,
    tag: "Job control",
    summary,
    description: `For every job that the filters select: ${states}. At least one filter must be named.`,
    query: jobFilters,
    answers: {
      200: {
        description: "How many jobs were changed. `next` is the path for the rest.",
        content: json(changedJobs),
      },
    },
    problems: ["not-acceptable", "unsupported-media-type", "invalid-input", "queue-unavailable"],
  };
}

function pause(id: string, summary: string): Operation {
  return {
    id,
    tag: "Job control",
    summary,
    query: describeFields(whichTask, { task: "The name of a task; all of them if left out." }),
    answers: { 200: { description: "What is paused now.", content: json(paused) } },
    problems: ["not-acceptable", "unsupported-media-type", "invalid-input", "queue-unavailable"],
  };
}

export const jobControlPaths: Operations = {
  "POST /jobs/:id/cancel": {
    id: "cancelJob",
    tag: "Job control",
    summary: "Cancel a job",
    path: jobPath,
    headers: ["If-Match"],
    answers: cancelAnswers,
    problems: [...ofOne, "job-ended", "unsupported-media-type"],
  },
  "POST /jobs/:id/retry": {
    id: "retryJob",
    tag: "Job control",
    summary: "Run a job again that has not succeeded",
    path: jobPath,
    headers: ["If-Match"],
    answers: { 200: { description: "The job, which is queued again.", ...changed } },
    problems: [...ofOne, "job-not-retryable", "unsupported-media-type"],
  },
  "PATCH /jobs/:id": {
    id: "changeJob",
    tag: "Job control",
    summary: "Change a job that is queued",
    path: jobPath,
    headers: ["If-Match"],
    body: {
      content: jsonBody(jobChange, { "To the front": { priority: 10 }, Now: { runAt: null } }),
    },
    answers: { 200: { description: "The job as it is now.", ...changed } },
    problems: [
      ...ofOne,
      "job-not-queued",
      "body-too-large",
      "unsupported-media-type",
      "overloaded",
    ],
  },
  "DELETE /jobs/:id": {
    id: "removeJob",
    tag: "Job control",
    summary: "Remove a job that has ended, or cancel it",
    path: jobPath,
    headers: ["If-Match"],
    answers: { ...cancelAnswers, 204: { description: "It had ended, and is removed." } },
    problems: ofOne,
  },
  "POST /jobs/cancel": changeMany("cancelJobs", "Cancel many jobs", "those that have not ended"),
  "POST /jobs/retry": changeMany(
    "retryJobs",
    "Run many jobs again",
    "those that failed, were cancelled or expired",
  ),
  "DELETE /jobs": changeMany("removeJobs", "Remove many jobs", "those that have ended"),
  "GET /jobs/pause": {
    id: "getPaused",
    tag: "Job control",
    summary: "What is paused",
    answers: { 200: { description: "What is paused now.", content: json(paused) } },
    problems: ["not-acceptable", "invalid-input", "queue-unavailable"],
  },
  "POST /jobs/pause": pause("pauseJobs", "Start no more jobs, of one task or of all"),
  "POST /jobs/resume": pause("resumeJobs", "Start jobs again"),
};
