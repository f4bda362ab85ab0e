import type Router from "@koa/router";
import { isFinal } from "../../../jobs/job.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import type { Services, State } from "../../services.ts";
import { requireFound, requireQueue, waitForEnd } from "./find-job.ts";
import { readPreferences } from "./headers.ts";
import { makeEtag, retryAfterSeconds, writeJob } from "./representation.ts";

/** `GET /jobs/:id`: 200 in every state, since the job itself is what was asked for. */
export function serveJob(router: Router<State>, services: Services): void {
  router.get("/jobs/:id", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    const { wait } = readPreferences(ctx);
    if (wait !== undefined) {
      requireFound(id, await queue.find(id));
      ctx.set("Preference-Applied", `wait=${await waitForEnd(ctx, services, id, wait)}`);
    }
    const { job, result } = requireFound(id, await queue.find(id, true));
    ctx.set("ETag", makeEtag(job));
    ctx.set("Cache-Control", "no-cache");
    if (!isFinal(job.state)) ctx.set("Retry-After", retryAfterSeconds);
    ctx.status = 200; // Koa's `fresh` asks for it.
    if (ctx.fresh) ctx.status = 304;
    else answerJsonText(ctx, writeJob(job, result));
  });
}
