import type Router from "@koa/router";
import { z } from "zod";
import { defaultListLimit, scheduleName } from "../../../jobs/limits.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJson } from "../../json.ts";
import { limitField, linkNextPage } from "../../page.ts";
import type { JobServices, State } from "../../services.ts";
import { requireQueue } from "../jobs/find-job.ts";
import { showListed } from "./representation.ts";

const cursors = "must be the cursor of the page before, given once";

export const schedulePage = z.strictObject({
  limit: limitField,
  cursor: z.string({ error: cursors }).regex(scheduleName, cursors).optional(),
});

/** `GET /schedules`: a page of schedules, by name. The cursor is the last name of a page. */
export function serveScheduleList(router: Router<State>, services: JobServices): void {
  router.get("/schedules", async (ctx) => {
    const { schedules } = requireQueue(services);
    chooseRepresentation(ctx, "json");
    const { limit = defaultListLimit, cursor } = checkFields("The query", schedulePage, {
      ...ctx.query,
    });
    const listed = await schedules.list({ limit, after: cursor ?? null });
    const last = listed.isLast ? null : (listed.schedules.at(-1)?.name ?? null);
    const next = last === null ? null : linkNextPage(ctx, last);
    if (next !== null) ctx.set("Link", `<${next}>; rel="next"`);
    answerJson(ctx, { schedules: listed.schedules.map(showListed), cursor: last, next });
  });
}
