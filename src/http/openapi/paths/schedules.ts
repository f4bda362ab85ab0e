import { z } from "zod";
import { scheduleName } from "../../../jobs/limits.ts";
import { schedulePage } from "../../routes/schedules/list-schedules.ts";
import { describeFields } from "../described-fields.ts";
import { json, jsonBody, type Operations } from "../operation.ts";
import { limitParameter, pageEnd } from "../schemas/common.ts";
import { listedSchedule, schedule } from "../schemas/schedule.ts";
import { schedulePut } from "../schemas/submission.ts";
import { submissionAnswers } from "./job-submission.ts";

const path = z.object({
  name: z
    .string()
    .regex(scheduleName)
    .meta({ description: "The name of the schedule.", example: "report" }),
});

const conditions = ["malformed-request", "precondition-failed", "queue-unavailable"] as const;

const job = { task: "primes", input: { limit: 1000 } };

export const schedulePaths: Operations = {
  "PUT /schedules/:name": {
    id: "putSchedule",
    tag: "Schedules",
    summary: "Make a schedule, or replace it",
    path,
    headers: ["If-Match", "If-None-Match: *"],
    body: {
      content: jsonBody(schedulePut, {
        "Every night": { cron: "30 2 * * *", timeZone: "Europe/Berlin", job },
        "Every ten minutes": { everyMs: 600_000, overlap: "skip", job },
      }),
    },
    answers: {
      200: { description: "It was replaced.", headers: ["ETag"], content: json(schedule) },
      201: {
        description: "It is new.",
        headers: ["ETag", "Location"],
        content: json(schedule),
      },
    },
    problems: [
      ...conditions,
      ...(["not-acceptable", "too-many-schedules", "body-too-large"] as const),
      ...(["unsupported-media-type", "invalid-input", "overloaded"] as const),
    ],
  },
  "GET /schedules": {
    id: "listSchedules",
    tag: "Schedules",
    summary: "List schedules, by name",
    query: describeFields(schedulePage, { limit: limitParameter, cursor: "Of the page before." }),
    answers: {
      200: {
        description: "A page of schedules, without the inputs of their jobs.",
        headers: ["Link"],
        content: json(z.object({ schedules: z.array(listedSchedule), ...pageEnd })),
      },
    },
    problems: ["not-acceptable", "invalid-input", "queue-unavailable"],
  },
  "GET /schedules/:name": {
    id: "getSchedule",
    tag: "Schedules",
    summary: "Look at a schedule",
    path,
    answers: {
      200: { description: "The schedule.", headers: ["ETag"], content: json(schedule) },
    },
    problems: ["not-found", "not-acceptable", "invalid-input", "queue-unavailable"],
  },
  "DELETE /schedules/:name": {
    id: "removeSchedule",
    tag: "Schedules",
    summary: "Remove a schedule",
    description: "The jobs that it has made stay.",
    path,
    headers: ["If-Match"],
    answers: { 204: { description: "It is removed." } },
    problems: [...conditions, "not-found", "not-acceptable", "invalid-input"],
  },
  "POST /schedules/:name/run": {
    id: "runSchedule",
    tag: "Schedules",
    summary: "Make a job of a schedule now",
    description: "The next time of the schedule stays.",
    path,
    headers: ["Idempotency-Key", "Prefer", "traceparent"],
    answers: submissionAnswers,
    problems: [
      ...(["malformed-request", "not-found", "not-acceptable", "unique-conflict"] as const),
      ...(["schedule-not-valid", "unsupported-media-type", "invalid-input"] as const),
      ...(["key-conflict", "queue-full", "queue-unavailable"] as const),
    ],
  },
};
