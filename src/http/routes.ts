import type Router from "@koa/router";
import { serveHash } from "./routes/hash.ts";
import { serveHealth } from "./routes/health.ts";
import { serveHello } from "./routes/hello.ts";
import { serveJobCancel } from "./routes/jobs/cancel-job.ts";
import { serveJobEvents } from "./routes/jobs/job-events.ts";
import { serveJobList } from "./routes/jobs/list-jobs.ts";
import { serveJob } from "./routes/jobs/show-job.ts";
import { serveJobResult } from "./routes/jobs/show-result.ts";
import { serveJobSubmission } from "./routes/jobs/submit-jobs.ts";
import { serveProblems } from "./routes/problems.ts";
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
  serveJobList,
  serveJob,
  serveJobResult,
  serveJobCancel,
  serveJobEvents,
  serveStats,
  serveProblems,
];
