import { z } from "zod";
import { catchUps, overlaps } from "../../../jobs/schedules/due.ts";
import { count, jobState, time } from "./common.ts";

const fields = {
  name: z.string(),
  cron: z.string().optional(),
  timeZone: z.string().optional().describe("Of the pattern."),
  everyMs: z.int().optional(),
  startAt: time.nullable(),
  endAt: time.nullable(),
  enabled: z.boolean(),
  catchUp: z.enum(catchUps),
  overlap: z.enum(overlaps),
  next: z.array(time).describe("When it is due next."),
  last: z
    .object({ scheduledFor: time, job: z.string(), state: jobState.nullable() })
    .nullable()
    .describe("The last job that was made for a time."),
  made: count.describe("How many jobs it has made."),
  skipped: count,
  missed: z
    .object({ from: time, until: time, jobs: count })
    .nullable()
    .describe("Times that the server came to too late."),
  createdAt: time,
  updatedAt: time,
  links: z.object({ self: z.string(), run: z.string(), lastJob: z.string().optional() }),
};

export const schedule = z
  .object({
    ...fields,
    job: z.record(z.string(), z.unknown()).describe("As it was put."),
    fault: z.string().nullable().describe("Why its times cannot be computed; null if they can."),
  })
  .meta({ id: "Schedule", description: "What makes a job whenever it is due." });

export const listedSchedule = z
  .object({ ...fields, job: z.object({ task: z.string() }) })
  .meta({ id: "ListedSchedule", description: "A schedule without the input of its job." });
