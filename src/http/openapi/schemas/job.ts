import { z } from "zod";
import { attemptOutcomes } from "../../../jobs/attempt.ts";
import { deliveryStates } from "../../../jobs/delivery.ts";
import { problem } from "../problem-answers.ts";
import { count, jobState, ms, time } from "./common.ts";

const jobError = z
  .object({ type: z.string(), title: z.string(), detail: z.string() })
  .meta({ id: "JobError", description: "Why an attempt did not succeed: a problem." });

/** A job as every answer about it shows it. */
export const job = z
  .object({
    id: z.string(),
    task: z.string(),
    state: jobState,
    done: z.boolean().describe("Whether the state is final."),
    paused: z.literal(true).optional().describe("It is queued, and its task is paused."),
    tags: z.array(z.string()).optional(),
    schedule: z.string().optional().describe("The name of the schedule that made it."),
    scheduledFor: time.nullable().optional(),
    group: z.string().optional().describe("The key of its group."),
    priority: z.int(),
    attempts: count.describe("How many attempts count so far."),
    maxAttempts: count,
    timeoutMs: ms,
    createdAt: time,
    runAt: time.nullable().describe("The earliest time of its next start."),
    startBefore: time.optional(),
    startedAt: time.nullable().describe("Of the latest attempt."),
    finishedAt: time.nullable(),
    cancelRequested: z.boolean(),
    waitsFor: count.optional().describe("How many jobs must end before it may start."),
    batch: z.string().optional().describe("The id of its batch."),
    progress: z.unknown().describe("What the task reported last; null before that."),
    error: jobError
      .optional()
      .describe("Why it did not succeed. Only a job that has ended has it."),
    lastError: jobError.optional().describe("Of the attempt before, between two attempts."),
    links: z.object({
      self: z.string(),
      result: z.string(),
      events: z.string(),
      attempts: z.string(),
      deliveries: z.string().optional(),
    }),
    input: z.unknown().optional().describe("With `?input=true`."),
    result: z.unknown().optional().describe("Of a job that has succeeded, where it is shown."),
  })
  .meta({
    id: "Job",
    description: "A run that was accepted for later. Times are RFC 3339.",
    examples: [
      {
        ...{ id: "AAAAAAAB51uJHEHC7qTu5w", task: "primes", state: "succeeded", done: true },
        ...{ priority: 0, attempts: 1, maxAttempts: 3, timeoutMs: 600_000 },
        ...{ createdAt: "2026-11-29T22:19:08.249Z", runAt: null },
        ...{ startedAt: "2026-11-29T22:19:08.258Z", finishedAt: "2026-11-29T22:19:08.280Z" },
        ...{ cancelRequested: false, progress: null },
        links: {
          self: "/jobs/AAAAAAAB51uJHEHC7qTu5w",
          result: "/jobs/AAAAAAAB51uJHEHC7qTu5w/result",
          events: "/jobs/AAAAAAAB51uJHEHC7qTu5w/events",
          attempts: "/jobs/AAAAAAAB51uJHEHC7qTu5w/attempts",
        },
        result: { limit: 1000, count: 168, largest: 997 },
      },
    ],
  });

/** One item of the answer to many jobs. */
export const submittedItem = z
  .object({
    status: z.int().describe("As if the job had been sent alone."),
    replayed: z.literal(true).optional().describe("The key is known, and this is the first job."),
    uniqueConflict: z.enum(["returned", "replaced"]).optional(),
    resultLeftOut: z.literal(true).optional().describe("The answer has no room for the result."),
    job: job.optional(),
    problem: z.union([problem, z.object({ type: z.string(), status: z.int() })]).optional(),
  })
  .meta({ id: "SubmittedItem", description: "A job that was accepted, or why it was not." });

export const attempt = z
  .object({
    number: count.describe("From 1."),
    outcome: z.enum(attemptOutcomes),
    counts: z.boolean().describe("Whether it counts towards `maxAttempts`."),
    startedAt: time,
    endedAt: time,
    worker: z.int().nullable(),
    pid: z.int().nullable(),
    executor: z.string().nullable(),
    queuedMs: ms.nullable(),
    ranMs: ms.nullable(),
    cpuMs: ms.nullable(),
    error: jobError.extend({ stack: z.string().optional() }).nullable(),
    log: z.array(z.object({ at: time, text: z.string() })),
    logDropped: count.describe("Lines of the log that were not kept."),
  })
  .meta({ id: "Attempt", description: "One run of a job that has ended." });

export const delivery = z
  .object({
    id: z.string().describe("The `webhook-id` of each attempt."),
    url: z.string(),
    state: z.enum(deliveryStates),
    createdAt: time,
    nextAttemptAt: time.nullable(),
    attempts: z.array(
      z.object({
        startedAt: time,
        durationMs: ms,
        status: z.int().nullable(),
        error: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Delivery", description: "A webhook on its way, until it is over." });

export const paused = z
  .object({ all: z.boolean(), tasks: z.array(z.string()) })
  .meta({ id: "Paused", description: "Whose jobs are not started now." });
