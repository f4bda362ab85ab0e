import type Router from "@koa/router";
import type { BulkAction } from "../../../jobs/transitions/by-hand.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { requireNoBody } from "../../no-body.ts";
import { linkNextPage } from "../../page.ts";
import type { HttpContext, JobServices, State } from "../../services.ts";
import { requireQueue } from "./find-job.ts";
import { readSelection } from "./job-filter.ts";

/**
 * `POST /jobs/cancel`, `POST /jobs/retry`, `DELETE /jobs`: the same for every job that the filters of
 * the query select. One call changes a limited number of jobs; `next` is the address for the rest.
 */
export function serveJobsChange(router: Router<State>, services: JobServices): void {
  router.post("/jobs/cancel", (ctx) => changeMany(ctx, services, "cancel"));
  router.post("/jobs/retry", (ctx) => changeMany(ctx, services, "retry"));
  router.delete("/jobs", (ctx) => changeMany(ctx, services, "remove"));
}

async function changeMany(
  ctx: HttpContext,
  services: JobServices,
  action: BulkAction,
): Promise<void> {
  const queue = requireQueue(services);
  chooseRepresentation(ctx, "json");
  const selection = readSelection(ctx.query, action);
  if (ctx.method === "POST") await requireNoBody(ctx, services.bodyLimitBytes);
  const { changed, cursor } = await queue.control.changeMany(action, selection);
  const next = cursor === null ? null : linkNextPage(ctx, cursor);
  answerJsonText(ctx, JSON.stringify({ changed, more: cursor !== null, next }));
}
