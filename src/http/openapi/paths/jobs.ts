/** Jobs: to find, to follow, to collect. */
import { z } from "zod";
import { jobStates } from "../../../jobs/job.ts";
import { jobQuery } from "../../routes/jobs/job-filter.ts";
import { jobView } from "../../routes/jobs/show-job.ts";
import { describeFields } from "../described-fields.ts";
import { json, type Operations } from "../operation.ts";
import { binary, limitParameter, pageEnd, text } from "../schemas/common.ts";
import { attempt, job } from "../schemas/job.ts";
import { deliveriesOf } from "./deliveries.ts";
import { jobSubmissionPaths } from "./job-submission.ts";

export const jobPath = z.object({
  id: z.string().meta({ description: "The id of the job.", example: "AAAAAAAB51uJHEHC7qTu5w" }),
});

/** Filters of a list, and of what is done to many jobs. */
export const jobFilters = describeFields(jobQuery, {
  state: z
    .array(z.enum(jobStates))
    .optional()
    .meta({
      description: "One or more states.",
      param: { style: "form", explode: false },
    }),
  task: "The name of a task.",
  tag: "A tag.",
  group: "The key of a group.",
  batch: "The id of a batch.",
  schedule: "The name of a schedule.",
  createdAfter: "Created at this time or later (RFC 3339).",
  createdBefore: "Created before this time (RFC 3339).",
  limit: limitParameter,
  cursor: "Of the page before.",
});

const found = ["not-found", "job-gone", "queue-unavailable"] as const;

export const jobsPaths: Operations = {
  ...jobSubmissionPaths,
  "GET /jobs": {
    id: "listJobs",
    tag: "Jobs",
    summary: "List jobs, the newest first",
    query: jobFilters,
    answers: {
      200: {
        description: "A page of jobs, without results. It may be shorter than `limit`.",
        headers: ["Link"],
        content: json(z.object({ jobs: z.array(job), ...pageEnd })),
      },
    },
    problems: ["not-acceptable", "invalid-input", "queue-unavailable"],
  },
  "GET /jobs/:id": {
    id: "getJob",
    tag: "Jobs",
    summary: "Look at a job",
    description: "200 in every state. The result is there when the job has succeeded.",
    path: jobPath,
    query: describeFields(jobView, { input: "Whether the answer has the input, too." }),
    headers: ["Prefer", "If-None-Match"],
    answers: {
      200: {
        description: "The job.",
        headers: ["ETag", "Retry-After", "Preference-Applied"],
        content: json(job),
      },
      304: { description: "Nothing has changed.", headers: ["ETag", "Retry-After"] },
    },
    problems: [...found, "not-acceptable", "invalid-input"],
  },
  "GET /jobs/:id/result": {
    id: "getResult",
    tag: "Jobs",
    summary: "Collect the result",
    description: "The result and nothing else: JSON, or bytes with the type that the task gave.",
    path: jobPath,
    answers: {
      200: {
        description: "The result.",
        headers: ["Task-Output"],
        content: {
          ...json(z.unknown()),
          "application/octet-stream": { schema: binary },
          "*/*": { schema: binary },
        },
      },
    },
    problems: [
      ...found,
      ...(["not-acceptable", "invalid-input"] as const),
      ...(["job-not-done", "job-failed", "job-cancelled", "job-expired"] as const),
    ],
  },
  "GET /jobs/:id/attempts": {
    id: "listAttempts",
    tag: "Jobs",
    summary: "What a job has been through",
    path: jobPath,
    answers: {
      200: {
        description: "The attempts that have ended, the oldest first.",
        content: json(z.object({ attempts: z.array(attempt) })),
      },
    },
    problems: [...found, "not-acceptable", "invalid-input"],
  },
  "GET /jobs/:id/events": {
    id: "followJob",
    tag: "Jobs",
    summary: "Follow a job",
    description:
      "Server-Sent Events until the job ends: `state` when its state changes, `progress` when its task reports. The data of each is a Job.",
    path: jobPath,
    headers: ["Last-Event-ID"],
    answers: {
      200: {
        description: "The stream.",
        content: {
          "text/event-stream": {
            schema: text,
            example:
              'retry: 1000\n\nevent: state\nid: 3\ndata: {"id":"…","state":"succeeded",…}\n\n',
          },
        },
      },
      204: { description: "The job has ended, and the client has all its events." },
    },
    problems: [...found, "malformed-request", "not-acceptable"],
  },
  ...deliveriesOf("job", "Jobs", jobPath),
};
