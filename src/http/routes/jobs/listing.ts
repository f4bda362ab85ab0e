import { z } from "zod";
import { type JobFilter, jobStates } from "../../../jobs/job.ts";
import { defaultListLimit, maxListLimit } from "../../../jobs/limits.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import type { HttpContext } from "../../services.ts";

const limits = `must be a whole number from 1 to ${maxListLimit}`;

const filter = z.strictObject({
  state: z.enum(jobStates, { error: `must be one of ${jobStates.join(", ")}` }).optional(),
  task: z.string({ error: "must be the name of a task, given once" }).optional(),
  limit: z.coerce
    .number({ error: limits })
    .int(limits)
    .min(1, limits)
    .max(maxListLimit, limits)
    .optional(),
  cursor: z.string({ error: "must be the cursor of the page before, given once" }).optional(),
});

/** @throws AppError `invalid-input` that names every query parameter that is not valid */
export function filterOf(ctx: HttpContext): JobFilter {
  const { state, task, limit, cursor } = checkFields("The query", filter, { ...ctx.query });
  return {
    limit: limit ?? defaultListLimit,
    ...(state && { state }),
    ...(task !== undefined && { task }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** The page after this one, as a path with the same filters. */
export function nextPage(ctx: HttpContext, cursor: string): string {
  const query = new URLSearchParams(ctx.querystring);
  query.set("cursor", cursor);
  return `/jobs?${query}`;
}
