import type Router from "@koa/router";
import { writeBatch } from "../../../jobs/shown-batch.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { requireNoBody } from "../../no-body.ts";
import { refuseQuery } from "../../query.ts";
import type { JobServices, State } from "../../services.ts";
import { requireQueue } from "../jobs/find-job.ts";
import { readPreferences } from "../jobs/headers.ts";
import { retryAfterSeconds } from "../jobs/representation.ts";
import { makeBatchEtag, requireBatch, waitForBatch } from "./find-batch.ts";

/** `GET /batches/:id`: how far it is. */
export function serveBatch(router: Router<State>, services: JobServices): void {
  router.get("/batches/:id", async (ctx) => {
    const { batches } = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    const { wait } = readPreferences(ctx);
    if (wait !== undefined) {
      requireBatch(id, await batches.find(id));
      ctx.set("Preference-Applied", `wait=${await waitForBatch(ctx, services, id, wait)}`);
    }
    const batch = requireBatch(id, await batches.find(id));
    ctx.set("ETag", makeBatchEtag(batch));
    ctx.set("Cache-Control", "no-cache");
    if (batch.finishedAt === null) ctx.set("Retry-After", retryAfterSeconds);
    ctx.status = 200; // Koa's `fresh` asks for it.
    if (ctx.fresh) ctx.status = 304;
    else answerJsonText(ctx, writeBatch(batch));
  });
}

/** `POST /batches/:id/cancel`: 200 once all its jobs have ended, 202 while some have not. */
export function serveBatchCancel(router: Router<State>, services: JobServices): void {
  router.post("/batches/:id/cancel", async (ctx) => {
    const { batches } = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    await requireNoBody(ctx, services.bodyLimitBytes);
    const batch = requireBatch(id, await batches.cancel(id));
    ctx.status = batch.states.queued + batch.states.running === 0 ? 200 : 202;
    if (ctx.status === 202) ctx.set("Retry-After", retryAfterSeconds);
    ctx.set("ETag", makeBatchEtag(batch));
    answerJsonText(ctx, writeBatch(batch));
  });
}
