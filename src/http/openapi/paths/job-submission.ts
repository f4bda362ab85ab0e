/** How jobs are submitted. */
import { z } from "zod";
import { json, namedExamples, type Operations } from "../operation.ts";
import { text } from "../schemas/common.ts";
import { job, submittedItem } from "../schemas/job.ts";
import { jobSubmission } from "../schemas/submission.ts";

const primes = { task: "primes", input: { limit: 1000 } };

/** What a submission may be refused for. */
export const submissionProblems = [
  ...(["malformed-request", "not-acceptable", "unique-conflict", "body-too-large"] as const),
  ...(["unsupported-media-type", "invalid-input", "key-conflict"] as const),
  ...(["overloaded", "queue-full", "queue-unavailable"] as const),
];

/** The answers to a submission of one job. */
export const submissionAnswers = {
  200: {
    description: "The job has ended already: the client waited for it, or the key was known.",
    headers: ["Location", "ETag", "Preference-Applied", "Idempotent-Replayed", "Unique-Conflict"],
    content: json(job),
  },
  202: {
    description: "The job is on disk, and will run.",
    headers: [
      "Location",
      "ETag",
      "Retry-After",
      "Preference-Applied",
      "Idempotent-Replayed",
      "Unique-Conflict",
    ],
    content: json(job),
  },
} as const;

export const jobSubmissionPaths: Operations = {
  "POST /jobs": {
    id: "submitJobs",
    tag: "Jobs",
    summary: "Submit a job, or many",
    description:
      "A job as an object is answered with the job. Many in an array, or as NDJSON, are answered one by one (207). Every job that was answered 202 is on disk, and ends in exactly one final state.",
    headers: ["Idempotency-Key", "Prefer", "traceparent"],
    body: {
      content: {
        "application/json": {
          schema: z.union([jobSubmission, z.array(jobSubmission).min(1)]),
          examples: namedExamples({
            "One job": primes,
            "One job with all that may be said": {
              ...primes,
              priority: 5,
              maxAttempts: 2,
              timeoutMs: 60_000,
              backoffMs: 500,
              tags: ["report"],
              group: { key: "customer-1", concurrency: 2 },
              unique: { key: "report-1", while: "unfinished", onConflict: "return" },
              after: [],
              onFailure: "cancel",
            },
            "Two jobs": [primes, { task: "hash", input: { algorithm: "sha256", iterations: 1 } }],
          }),
        },
        "application/x-ndjson": {
          schema: { ...text, description: "A job a line." },
          example: `${JSON.stringify(primes)}\n${JSON.stringify(primes)}\n`,
        },
      },
    },
    answers: {
      ...submissionAnswers,
      207: {
        description: "An answer for each of many jobs, in the order of the request.",
        headers: ["Preference-Applied"],
        content: {
          ...json(z.object({ jobs: z.array(submittedItem) })),
          "application/x-ndjson": { schema: { ...text, description: "A SubmittedItem a line." } },
        },
      },
    },
    problems: submissionProblems,
  },
};
