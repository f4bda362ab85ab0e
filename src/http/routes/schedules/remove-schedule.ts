import type Router from "@koa/router";
import { chooseRepresentation } from "../../accept.ts";
import { refuseQuery } from "../../query.ts";
import type { JobServices, State } from "../../services.ts";
import { requireQueue } from "../jobs/find-job.ts";
import { explainConditionFailed, readCondition } from "./conditions.ts";
import { explainUnknown, nameOf } from "./find-schedule.ts";

/** `DELETE /schedules/:name`: 204. The jobs that it has made stay. */
export function serveScheduleRemoval(router: Router<State>, services: JobServices): void {
  router.delete("/schedules/:name", async (ctx) => {
    const { schedules } = requireQueue(services);
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    const name = nameOf(ctx);
    const removed = await schedules.remove(name, readCondition(ctx));
    if (removed === "unknown") throw explainUnknown(name);
    if (removed === "condition-failed") throw explainConditionFailed(name);
    ctx.status = 204;
  });
}
