import type Router from "@koa/router";
import { z } from "zod";
import { type JobFilter, jobStates } from "../../../jobs/job.ts";
import { defaultListLimit, maxListLimit } from "../../../jobs/limits.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import type { HttpContext, Services, State } from "../../services.ts";
import { requireQueue } from "./find-job.ts";
import { writeJob } from "./representation.ts";

/** `GET /jobs`: a page of jobs, newest first. */
export function serveJobList(router: Router<State>, services: Services): void {
  router.get("/jobs", async (ctx) => {
    const queue = requireQueue(services);
    chooseRepresentation(ctx, "json");
    const page = await queue.list(readFilter(ctx));
    const next = page.cursor === null ? null : linkNextPage(ctx, page.cursor);
    if (next !== null) ctx.set("Link", `<${next}>; rel="next"`);
    const jobs = page.jobs.map((job) => writeJob(job, null)).join(",");
    const [cursor, nextText] = [JSON.stringify(page.cursor), JSON.stringify(next)];
    answerJsonText(ctx, `{"jobs":[${jobs}],"cursor":${cursor},"next":${nextText}}`);
  });
}

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
function readFilter(ctx: HttpContext): JobFilter {
  const { state, task, limit, cursor } = checkFields("The query", filter, { ...ctx.query });
  return {
    limit: limit ?? defaultListLimit,
    ...(state && { state }),
    ...(task !== undefined && { task }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** The path of the page after this one, with the same filters. */
function linkNextPage(ctx: HttpContext, cursor: string): string {
  const query = new URLSearchParams(ctx.querystring);
  query.set("cursor", cursor);
  return `/jobs?${query}`;
}
