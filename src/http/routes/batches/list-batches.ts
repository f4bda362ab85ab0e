import type Router from "@koa/router";
import { z } from "zod";
import { defaultListLimit } from "../../../jobs/limits.ts";
import { writeBatch } from "../../../jobs/shown-batch.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { limitField, linkNextPage } from "../../page.ts";
import type { JobServices, State } from "../../services.ts";
import { requireQueue } from "../jobs/find-job.ts";

export const batchPage = z.strictObject({
  limit: limitField,
  cursor: z.string({ error: "must be the cursor of the page before, given once" }).optional(),
});

/** `GET /batches`: a page of batches, newest first. */
export function serveBatchList(router: Router<State>, services: JobServices): void {
  router.get("/batches", async (ctx) => {
    const { batches } = requireQueue(services);
    chooseRepresentation(ctx, "json");
    const { limit = defaultListLimit, cursor } = checkFields("The query", batchPage, {
      ...ctx.query,
    });
    const listed = await batches.list({ limit, ...(cursor !== undefined && { cursor }) });
    const next = listed.cursor === null ? null : linkNextPage(ctx, listed.cursor);
    if (next !== null) ctx.set("Link", `<${next}>; rel="next"`);
    const shown = listed.batches.map((batch) => writeBatch(batch)).join(",");
    const [cursorText, nextText] = [JSON.stringify(listed.cursor), JSON.stringify(next)];
    answerJsonText(ctx, `{"batches":[${shown}],"cursor":${cursorText},"next":${nextText}}`);
  });
}
