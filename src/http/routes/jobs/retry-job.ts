import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import type { Changed } from "../../../jobs/control.ts";
import type { Job } from "../../../jobs/job.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { requireNoBody } from "../../no-body.ts";
import { refuseQuery } from "../../query.ts";
import type { JobServices, State } from "../../services.ts";
import { requireFound, requireQueue } from "./find-job.ts";
import { makeEtag, readExpectedVersions, retryAfterSeconds, writeJob } from "./representation.ts";

/** `POST /jobs/:id/retry`: the job, which is queued again. */
export function serveJobRetry(router: Router<State>, services: JobServices): void {
  router.post("/jobs/:id/retry", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    const expected = readExpectedVersions(ctx);
    await requireNoBody(ctx, services.bodyLimitBytes);
    const { found, refusal } = await queue.control.retry(id, expected);
    const { job } = requireFound(id, found);
    if (refusal !== null) throw explainRefusal(job, refusal);
    ctx.set("Retry-After", retryAfterSeconds);
    ctx.set("ETag", makeEtag(job));
    answerJsonText(ctx, writeJob(job, null));
  });
}

function explainRefusal({ id, state }: Job, refusal: NonNullable<Changed["refusal"]>): AppError {
  const why = {
    unique: "Another job has its unique key now. Wait until that one has ended, or cancel it.",
    state:
      state === "running"
        ? `It is running. Cancel it first (POST /jobs/${id}/cancel).`
        : "It has succeeded. To run the same again, submit a new job.",
    "start-before": "Its startBefore is over.",
  }[refusal];
  return new AppError("job-not-retryable", `Job ${id} is not run again. ${why}`);
}
