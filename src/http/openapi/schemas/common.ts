/** Parts that several schemas of answers have. */
import { z } from "zod";
import { jobStates } from "../../../jobs/job.ts";
import { defaultListLimit, maxListLimit } from "../../../jobs/limits.ts";

/** RFC 3339, in UTC. */
export const time = z.iso.datetime();

export const ms = z.number().min(0);

export const count = z.int().min(0);

export const jobState = z.enum(jobStates).meta({
  id: "JobState",
  description: "`succeeded`, `failed`, `cancelled` and `expired` are final.",
});

/** How many jobs are in each state. */
export const stateCounts = z
  .object(Object.fromEntries(jobStates.map((state) => [state, count])))
  .meta({ id: "StateCounts", description: "How many jobs are in each state." });

/** Shown as a number, although it is sent as text. */
export const limitParameter = z
  .int()
  .min(1)
  .max(maxListLimit)
  .optional()
  .describe(`How many items a page has at most; ${defaultListLimit} if left out.`);

/** Where a page of a list ends, and the next one begins. */
export const pageEnd = {
  cursor: z.string().nullable().describe("The `cursor` of the next page; null on the last one."),
  next: z.string().nullable().describe("The path of the next page; null on the last one."),
};

/** A task's bytes, or an answer of a type that only the task knows. */
export const binary = { type: "string", format: "binary" } as const;

export const text = { type: "string" } as const;
