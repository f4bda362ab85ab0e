import { z } from "zod";
import { batchPage } from "../../routes/batches/list-batches.ts";
import { describeFields } from "../described-fields.ts";
import { json, jsonBody, type Operations } from "../operation.ts";
import { batch, submittedBatch } from "../schemas/batch.ts";
import { limitParameter, pageEnd, text } from "../schemas/common.ts";
import { batchBody } from "../schemas/submission.ts";
import { deliveriesOf } from "./deliveries.ts";

const batchPath = z.object({
  id: z.string().meta({ description: "The id of the batch.", example: "AAAAAAABc3W9VmSx0yUlWQ" }),
});

const found = ["not-found", "batch-gone", "queue-unavailable"] as const;

const primes = (limit: number) => ({ task: "primes", input: { limit } });

const submitted = ["Location", "ETag", "Preference-Applied", "Idempotent-Replayed"] as const;

export const batchPaths: Operations = {
  "POST /batches": {
    id: "submitBatch",
    tag: "Batches",
    summary: "Submit many jobs as one, all or none",
    headers: ["Idempotency-Key", "Prefer", "traceparent"],
    body: {
      content: jsonBody(batchBody, {
        "Two jobs, and one after both": {
          jobs: [
            { ref: "a", ...primes(1000) },
            { ref: "b", ...primes(2000) },
            { ...primes(3000), after: ["#a", "#b"] },
          ],
          tags: ["report"],
        },
      }),
    },
    answers: {
      200: {
        description: "The batch has ended: the client waited for it, or the key was known.",
        headers: submitted,
        content: json(submittedBatch),
      },
      202: {
        description: "All its jobs are on disk.",
        headers: [...submitted, "Retry-After"],
        content: json(submittedBatch),
      },
    },
    problems: [
      ...(["malformed-request", "not-acceptable", "body-too-large"] as const),
      ...(["unsupported-media-type", "invalid-input", "key-conflict"] as const),
      ...(["overloaded", "queue-full", "queue-unavailable"] as const),
    ],
  },
  "GET /batches": {
    id: "listBatches",
    tag: "Batches",
    summary: "List batches, the newest first",
    query: describeFields(batchPage, { limit: limitParameter, cursor: "Of the page before." }),
    answers: {
      200: {
        description: "A page of batches.",
        headers: ["Link"],
        content: json(z.object({ batches: z.array(batch), ...pageEnd })),
      },
    },
    problems: ["not-acceptable", "invalid-input", "queue-unavailable"],
  },
  "GET /batches/:id": {
    id: "getBatch",
    tag: "Batches",
    summary: "How far a batch is",
    path: batchPath,
    headers: ["Prefer", "If-None-Match"],
    answers: {
      200: {
        description: "The batch.",
        headers: ["ETag", "Retry-After", "Preference-Applied"],
        content: json(batch),
      },
      304: { description: "Nothing has changed.", headers: ["ETag", "Retry-After"] },
    },
    problems: [...found, "not-acceptable", "invalid-input"],
  },
  "GET /batches/:id/events": {
    id: "followBatch",
    tag: "Batches",
    summary: "Follow a batch",
    description:
      "Server-Sent Events until the batch ends: `progress` when more of its jobs have ended, and `end`. The data of each is a Batch.",
    path: batchPath,
    headers: ["Last-Event-ID"],
    answers: {
      200: { description: "The stream.", content: { "text/event-stream": { schema: text } } },
      204: { description: "The batch has ended, and the client has all its events." },
    },
    problems: [...found, "malformed-request", "not-acceptable"],
  },
  "POST /batches/:id/cancel": {
    id: "cancelBatch",
    tag: "Batches",
    summary: "Cancel all jobs of a batch that have not ended",
    path: batchPath,
    answers: {
      200: { description: "All have ended.", headers: ["ETag"], content: json(batch) },
      202: {
        description: "Some are being stopped.",
        headers: ["ETag", "Retry-After"],
        content: json(batch),
      },
    },
    problems: [...found, "not-acceptable", "unsupported-media-type", "invalid-input"],
  },
  ...deliveriesOf("batch", "Batches", batchPath),
};
