import type Router from "@koa/router";
import { z } from "zod";
import { AppError } from "../../../errors.ts";
import type { JobChange } from "../../../jobs/control.ts";
import type { Job } from "../../../jobs/job.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { parseBody, readJsonBody } from "../../json-body.ts";
import { requireNoQuery } from "../../query.ts";
import type { JobServices, State } from "../../services.ts";
import { explainInvalidJob } from "./checked-input.ts";
import { timeField } from "./fields/time.ts";
import { requireFound, requireQueue } from "./find-job.ts";
import { makeEtag, readExpectedVersions, retryAfterSeconds, writeJob } from "./representation.ts";
import { priorityField, readStartTime } from "./submission.ts";

/** What may be changed while a job is queued. */
export const change = z
  .strictObject(
    { priority: priorityField, runAt: timeField.nullable().optional() },
    { error: 'must be an object such as {"priority":10}' },
  )
  .refine((sent) => Object.keys(sent).length > 0, {
    error: "name what to change: priority, runAt or both",
  });

/** `PATCH /jobs/:id`: changes the priority or the time of a job that is queued. */
export function serveJobChange(router: Router<State>, services: JobServices): void {
  router.patch("/jobs/:id", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    requireNoQuery(ctx.query);
    const expected = readExpectedVersions(ctx);
    const sent = parseBody(await readJsonBody(ctx, services.bodyLimitBytes));
    const { found, refusal } = await queue.control.change(id, readChange(sent), expected);
    const { job } = requireFound(id, found);
    if (refusal === "start-before") throw explainLate();
    if (refusal !== null) throw explainNotQueued(job);
    ctx.set("Retry-After", retryAfterSeconds);
    ctx.set("ETag", makeEtag(job));
    answerJsonText(ctx, writeJob(job, null));
  });
}

/** @throws AppError `invalid-input` that names every invalid field */
function readChange(sent: unknown): JobChange {
  const { priority, runAt } = checkFields("The change", change, sent);
  return {
    ...(priority !== undefined && { priority }),
    ...(runAt !== undefined && { runAt: runAt === null ? null : readStartTime(runAt) }),
  };
}

function explainLate(): AppError {
  return explainInvalidJob([
    { path: "/runAt", message: "must be earlier than the job's startBefore" },
  ]);
}

function explainNotQueued({ id, state }: Job): AppError {
  const remedy =
    state === "failed" || state === "cancelled" || state === "expired"
      ? `POST /jobs/${id}/retry queues it again; then it can be changed.`
      : "Submit a new job with these values.";
  const detail = `Job ${id} is ${state}. Only a queued job can be changed. ${remedy}`;
  return new AppError("job-not-queued", detail);
}
