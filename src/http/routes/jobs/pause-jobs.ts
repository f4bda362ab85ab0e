import type Router from "@koa/router";
import { z } from "zod";
import { checkFields } from "../../../tasks/check/check.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { requireNoBody } from "../../no-body.ts";
import { explainInvalidQuery, refuseQuery } from "../../query.ts";
import type { HttpContext, Services, State } from "../../services.ts";
import { requireQueue } from "./find-job.ts";

/**
 * `POST /jobs/pause`: no more jobs are started, of one task or of all. `POST /jobs/resume` ends
 * that. Both answer as `GET /jobs/pause` does: with what is paused now.
 */
export function serveJobsPause(router: Router<State>, services: Services): void {
  router.get("/jobs/pause", async (ctx) => {
    const { control } = requireQueue(services);
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    ctx.set("Cache-Control", "no-store");
    answerJsonText(ctx, JSON.stringify(await control.paused()));
  });
  router.post("/jobs/pause", (ctx) => setPaused(ctx, services, true));
  router.post("/jobs/resume", (ctx) => setPaused(ctx, services, false));
}

const which = z.strictObject({
  task: z.string({ error: "must be the name of a task, given once" }).optional(),
});

async function setPaused(ctx: HttpContext, services: Services, isPaused: boolean): Promise<void> {
  const { control } = requireQueue(services);
  chooseRepresentation(ctx, "json");
  const { task = null } = checkFields("The query", which, { ...ctx.query });
  // What was paused can be resumed, even if the server does not have the task any more.
  if (task !== null && isPaused) requireTask(services, task);
  await requireNoBody(ctx, services.bodyLimitBytes);
  answerJsonText(ctx, JSON.stringify(await control.setPaused(task, isPaused)));
}

/** A mistyped name would pause nothing, and nobody would notice. */
function requireTask({ tasks }: Services, name: string): void {
  if (tasks.get(name)) return;
  const known = tasks.list().map((each) => each.name);
  const message = `there is no task ${JSON.stringify(name)}; there are ${known.join(", ")}`;
  throw explainInvalidQuery([{ path: "/task", message }]);
}
