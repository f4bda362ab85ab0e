import type Router from "@koa/router";
import { chooseRepresentation } from "../../accept.ts";
import { answerJson } from "../../json.ts";
import { refuseQuery } from "../../query.ts";
import type { JobServices, State } from "../../services.ts";
import { requireQueue } from "../jobs/find-job.ts";
import { nameOf, requireSchedule } from "./find-schedule.ts";
import { showSchedule } from "./representation.ts";

/**
 * `GET /schedules/:name`. The ETag is of what was put. The next times change without it, so the answer
 * is never 304.
 */
export function serveSchedule(router: Router<State>, services: JobServices): void {
  router.get("/schedules/:name", async (ctx) => {
    requireQueue(services);
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    const schedule = await requireSchedule(services, nameOf(ctx));
    ctx.set("ETag", `"${schedule.version}"`);
    ctx.set("Cache-Control", "no-store");
    answerJson(ctx, showSchedule(schedule));
  });
}
