import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import type { NewJob } from "../../../jobs/new-job.ts";
import type { WholeSchedule } from "../../../jobs/schedules/schedule.ts";
import { chooseRepresentation } from "../../accept.ts";
import { requireNoBody } from "../../no-body.ts";
import { refuseQuery } from "../../query.ts";
import type { Services, State } from "../../services.ts";
import { requireQueue } from "../jobs/find-job.ts";
import { makeJob, type SubmissionContext } from "../jobs/submission.ts";
import { readSubmissionContext, submitMade } from "../jobs/submit-one.ts";
import { nameOf, requireSchedule } from "./find-schedule.ts";

/** `POST /schedules/:name/run`: a job of the schedule now. Its next time stays. */
export function serveScheduleRun(router: Router<State>, services: Services): void {
  router.post("/schedules/:name/run", async (ctx) => {
    requireQueue(services);
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    await requireNoBody(ctx, services.bodyLimitBytes);
    const context = readSubmissionContext(ctx);
    const schedule = await requireSchedule(services, nameOf(ctx));
    const made = makeScheduled(services, schedule, context);
    await submitMade(ctx, services, {
      ...made,
      schedule: { name: schedule.name, scheduledFor: null },
    });
  });
}

/** @throws AppError `schedule-not-valid` if the server would refuse the job: it has changed since */
function makeScheduled(
  services: Services,
  { name, job, sent }: WholeSchedule,
  context: SubmissionContext,
): NewJob {
  requireTask(services, name, job.task);
  const input = JSON.parse(job.input) as unknown;
  try {
    return makeJob(services, { ...JSON.parse(sent), input }, context);
  } catch (error) {
    if (!(error instanceof AppError) || error.type !== "invalid-input") throw error;
    const detail = `Schedule ${name} cannot make its job any more. ${error.detail} Put the schedule again with another job, or start the server as it was.`;
    throw new AppError("schedule-not-valid", detail, { cause: error });
  }
}

function requireTask({ tasks }: Services, schedule: string, task: string): void {
  if (tasks.get(task)) return;
  const known = tasks.list().map((each) => each.name);
  const detail = `Schedule ${schedule} makes jobs of the task ${JSON.stringify(task)}, which this server does not have. Start the server with this task (--tasks FILE), or put the schedule again with another one: ${known.join(", ")}.`;
  throw new AppError("schedule-not-valid", detail);
}
