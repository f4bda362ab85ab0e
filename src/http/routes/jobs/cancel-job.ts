import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import type { Services, State } from "../../services.ts";
import { requireFound, requireQueue } from "./find-job.ts";
import { makeEtag, retryAfterSeconds, writeJob } from "./representation.ts";

/** `DELETE /jobs/:id`: 200 once the job is cancelled, 202 while its run is being stopped. */
export function serveJobCancel(router: Router<State>, services: Services): void {
  router.delete("/jobs/:id", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    const { job } = requireFound(id, await queue.cancel(id));
    if (job.state === "succeeded" || job.state === "failed") {
      const detail = `Job ${id} has already ${job.state}. Its result, if any, stays until --job-retention is over.`;
      throw new AppError("job-ended", detail);
    }
    ctx.status = job.state === "cancelled" ? 200 : 202;
    if (ctx.status === 202) ctx.set("Retry-After", retryAfterSeconds);
    ctx.set("ETag", makeEtag(job));
    answerJsonText(ctx, writeJob(job, null));
  });
}
