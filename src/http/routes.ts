import type Router from "@koa/router";
import { jobRoutes } from "./job-routes.ts";
import { serveBatchSubmission } from "./routes/batches/submit-batch.ts";
import { serveDocs } from "./routes/docs.ts";
import { serveHash } from "./routes/hash.ts";
import { serveHealth } from "./routes/health.ts";
import { serveHello } from "./routes/hello.ts";
import { serveJobsPause } from "./routes/jobs/pause-jobs.ts";
import { serveJobSubmission } from "./routes/jobs/submit-jobs.ts";
import { serveOpenapi } from "./routes/openapi.ts";
import { serveProblems } from "./routes/problems.ts";
import { serveSchedulePut } from "./routes/schedules/put-schedule.ts";
import { serveScheduleRun } from "./routes/schedules/run-schedule.ts";
import { serveStats } from "./routes/stats.ts";
import { serveTasks } from "./routes/tasks.ts";
import type { Services, State } from "./services.ts";

/** Adds one or more routes to the router. */
type DeclareRoutes = (router: Router<State>, services: Services) => void;

/** Every route of the server. A new one is a file in `routes/` and a line here. */
export const routes: readonly DeclareRoutes[] = [
  serveHello,
  serveHash,
  serveHealth,
  serveTasks,
  serveJobSubmission,
  serveJobsPause, // Before the routes of one job.
  serveBatchSubmission,
  serveSchedulePut,
  serveScheduleRun,
  ...jobRoutes,
  serveStats,
  serveProblems,
  serveOpenapi,
  serveDocs,
];
