import type Router from "@koa/router";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { linkNextPage } from "../../page.ts";
import type { JobServices, State } from "../../services.ts";
import { requireQueue } from "./find-job.ts";
import { readListing } from "./job-filter.ts";
import { writeJob } from "./representation.ts";

/** `GET /jobs`: a page of jobs, newest first. */
export function serveJobList(router: Router<State>, services: JobServices): void {
  router.get("/jobs", async (ctx) => {
    const queue = requireQueue(services);
    chooseRepresentation(ctx, "json");
    const page = await queue.jobs.list(readListing(ctx.query));
    const next = page.cursor === null ? null : linkNextPage(ctx, page.cursor);
    if (next !== null) ctx.set("Link", `<${next}>; rel="next"`);
    const jobs = page.jobs.map((job) => writeJob(job, null)).join(",");
    const [cursor, nextText] = [JSON.stringify(page.cursor), JSON.stringify(next)];
    answerJsonText(ctx, `{"jobs":[${jobs}],"cursor":${cursor},"next":${nextText}}`);
  });
}
