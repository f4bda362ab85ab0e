import type Router from "@koa/router";
import { z } from "zod";
import { isFinal } from "../../../jobs/job.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import type { JobServices, State } from "../../services.ts";
import { requireFound, requireQueue, waitForEnd } from "./find-job.ts";
import { readPreferences } from "./headers.ts";
import { makeEtag, retryAfterSeconds, writeJob } from "./representation.ts";

export const jobView = z.strictObject({
  input: z.enum(["true", "false"], { error: "must be true or false, given once" }).optional(),
});

/** `GET /jobs/:id`: 200 in every state, since the job itself is what was asked for. */
export function serveJob(router: Router<State>, services: JobServices): void {
  router.get("/jobs/:id", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    const { input: withInput } = checkFields("The query", jobView, { ...ctx.query });
    const { wait } = readPreferences(ctx);
    if (wait !== undefined) {
      requireFound(id, await queue.jobs.find(id));
      ctx.set("Preference-Applied", `wait=${await waitForEnd(ctx, services, id, wait)}`);
    }
    const found = requireFound(id, await queue.jobs.find(id, true));
    const { job, result, isPaused = false } = found;
    const input = withInput === "true" ? await queue.jobs.readInput(id) : null;
    ctx.set("ETag", makeEtag(job, isPaused));
    ctx.set("Cache-Control", "no-cache");
    if (!isFinal(job.state)) ctx.set("Retry-After", retryAfterSeconds);
    ctx.status = 200; // Koa's `fresh` asks for it.
    if (ctx.fresh) ctx.status = 304;
    else answerJsonText(ctx, writeJob(job, result, { input, isPaused }));
  });
}
