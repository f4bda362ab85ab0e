import type Router from "@koa/router";
import { serveBatchEvents } from "./routes/batches/batch-events.ts";
import { serveBatchList } from "./routes/batches/list-batches.ts";
import { serveBatch, serveBatchCancel } from "./routes/batches/show-batch.ts";
import { serveDeliveries } from "./routes/deliveries.ts";
import { serveJobCancel, serveJobDeletion } from "./routes/jobs/cancel-job.ts";
import { serveJobChange } from "./routes/jobs/change-job.ts";
import { serveJobsChange } from "./routes/jobs/change-jobs.ts";
import { serveJobEvents } from "./routes/jobs/job-events.ts";
import { serveJobList } from "./routes/jobs/list-jobs.ts";
import { serveJobRetry } from "./routes/jobs/retry-job.ts";
import { serveJobAttempts } from "./routes/jobs/show-attempts.ts";
import { serveJob } from "./routes/jobs/show-job.ts";
import { serveJobResult } from "./routes/jobs/show-result.ts";
import { serveScheduleList } from "./routes/schedules/list-schedules.ts";
import { serveScheduleRemoval } from "./routes/schedules/remove-schedule.ts";
import { serveSchedule } from "./routes/schedules/show-schedule.ts";
import type { JobServices, State } from "./services.ts";

/** Adds one or more routes to the router. */
type DeclareRoutes = (router: Router<State>, services: JobServices) => void;

/**
 * The routes of jobs, batches and schedules that are there. They need no tasks, so control has them,
 * too. What makes a job is on the main port alone.
 */
export const jobRoutes: readonly DeclareRoutes[] = [
  serveJobList,
  serveJobsChange,
  serveJob,
  serveJobAttempts,
  serveJobResult,
  serveJobCancel,
  serveJobDeletion,
  serveJobRetry,
  serveJobChange,
  serveJobEvents,
  serveDeliveries,
  serveBatchList,
  serveBatch,
  serveBatchEvents,
  serveBatchCancel,
  serveScheduleList,
  serveSchedule,
  serveScheduleRemoval,
];
