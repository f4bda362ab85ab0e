import type Router from "@koa/router";
import { serveBatchEvents } from "./routes/batches/batch-events.ts";
import { serveBatchList } from "./routes/batches/list-batches.ts";
import { serveBatch, serveBatchCancel } from "./routes/batches/show-batch.ts";
import { serveBatchSubmission } from "./routes/batches/submit-batch.ts";
import { serveDeliveries } from "./routes/deliveries.ts";
import { serveHash } from "./routes/hash.ts";
import { serveHealth } from "./routes/health.ts";
import { serveHello } from "./routes/hello.ts";
import { serveJobCancel, serveJobDeletion } from "./routes/jobs/cancel-job.ts";
import { serveJobChange } from "./routes/jobs/change-job.ts";
import { serveJobsChange } from "./routes/jobs/change-jobs.ts";
import { serveJobEvents } from "./routes/jobs/job-events.ts";
import { serveJobList } from "./routes/jobs/list-jobs.ts";
import { serveJobsPause } from "./routes/jobs/pause-jobs.ts";
import { serveJobRetry } from "./routes/jobs/retry-job.ts";
import { serveJobAttempts } from "./routes/jobs/show-attempts.ts";
import { serveJob } from "./routes/jobs/show-job.ts";
import { serveJobResult } from "./routes/jobs/show-result.ts";
import { serveJobSubmission } from "./routes/jobs/submit-jobs.ts";
import { serveProblems } from "./routes/problems.ts";
import { serveScheduleList } from "./routes/schedules/list-schedules.ts";
import { serveSchedulePut } from "./routes/schedules/put-schedule.ts";
import { serveScheduleRemoval } from "./routes/schedules/remove-schedule.ts";
import { serveScheduleRun } from "./routes/schedules/run-schedule.ts";
import { serveSchedule } from "./routes/schedules/show-schedule.ts";
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
  serveJobsChange,
  serveJobsPause,
  serveJob,
  serveJobAttempts,
  serveJobResult,
  serveJobCancel,
  serveJobDeletion,
  serveJobRetry,
  serveJobChange,
  serveJobEvents,
  serveDeliveries,
  serveBatchSubmission,
  serveBatchList,
  serveBatch,
  serveBatchEvents,
  serveBatchCancel,
  serveSchedulePut,
  serveScheduleList,
  serveSchedule,
  serveScheduleRemoval,
  serveScheduleRun,
  serveStats,
  serveProblems,
];
