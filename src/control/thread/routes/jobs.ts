import type Router from "@koa/router";
import { jobRoutes } from "../../../http/job-routes.ts";
import { servePause } from "../../../http/routes/jobs/pause-jobs.ts";
import type { JobServices, State } from "../../../http/services.ts";
import type { PrimaryCalls } from "../app.ts";

/**
 * `/jobs...`, `/batches...` and `/schedules...`, as on the main port, but for what makes a job: that
 * needs the tasks, which are in the workers. Here they are answered while every worker computes.
 */
export function serveJobs(
  router: Router<State>,
  primary: PrimaryCalls,
  services: JobServices,
): void {
  servePause(router, services, async (task, paused) => {
    // The primary knows which tasks there are.
    await primary.call("set-paused", { paused, task: task ?? undefined });
    const stats = await primary.call("job-stats", {});
    return stats?.paused ?? { all: false, tasks: [] };
  });
  for (const declareRoutes of jobRoutes) declareRoutes(router, services);
}
