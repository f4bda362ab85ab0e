import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import { isFinal, type Job } from "../../../jobs/job.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { requireNoBody } from "../../no-body.ts";
import { refuseQuery } from "../../query.ts";
import type { HttpContext, JobServices, State } from "../../services.ts";
import { requireFound, requireQueue } from "./find-job.ts";
import { makeEtag, readExpectedVersions, retryAfterSeconds, writeJob } from "./representation.ts";

/** `POST /jobs/:id/cancel`: 200 once the job is cancelled, 202 while its run is being stopped. */
export function serveJobCancel(router: Router<State>, services: JobServices): void {
  router.post("/jobs/:id/cancel", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    const expected = readExpectedVersions(ctx);
    await requireNoBody(ctx, services.bodyLimitBytes);
    const { job } = requireFound(id, await queue.control.cancel(id, expected));
    if (isFinal(job.state) && job.state !== "cancelled") throw explainEnded(job);
    answerCancelled(ctx, job);
  });
}

/** `DELETE /jobs/:id`: removes a job that has ended, and cancels another one. */
export function serveJobDeletion(router: Router<State>, services: JobServices): void {
  router.delete("/jobs/:id", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    const removal = await queue.control.remove(id, readExpectedVersions(ctx));
    if (removal.kind === "removed") ctx.status = 204;
    else answerCancelled(ctx, requireFound(id, removal).job);
  });
}

function answerCancelled(ctx: HttpContext, job: Job): void {
  ctx.status = isFinal(job.state) ? 200 : 202;
  if (ctx.status === 202) ctx.set("Retry-After", retryAfterSeconds);
  ctx.set("ETag", makeEtag(job));
  answerJsonText(ctx, writeJob(job, null));
}

function explainEnded({ id, state }: Job): AppError {
  const ended = state === "expired" ? "expired" : `already ${state}`;
  const detail = `Job ${id} has ${ended}, so there is nothing to cancel. DELETE /jobs/${id} removes it.`;
  return new AppError("job-ended", detail);
}
