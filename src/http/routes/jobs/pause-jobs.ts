import type Router from "@koa/router";
import { z } from "zod";
import type { Paused } from "../../../jobs/control.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { requireNoBody } from "../../no-body.ts";
import { explainInvalidQuery, refuseQuery } from "../../query.ts";
import type { HttpContext, JobServices, Services, State } from "../../services.ts";
import { requireQueue } from "./find-job.ts";

/** Pauses the jobs of a task, or of all (null); or ends that. @returns what is paused then */
export type SetPaused = (task: string | null, isPaused: boolean) => Promise<Paused>;

/** The routes of the pause, on the main port. */
export function serveJobsPause(router: Router<State>, services: Services): void {
  servePause(router, services, async (task, isPaused) => {
    // What was paused can be resumed, even if the server does not have the task any more.
    if (task !== null && isPaused) requireTask(services, task);
    return requireQueue(services).control.setPaused(task, isPaused);
  });
}

/**
 * `POST /jobs/pause`: no more jobs are started, of one task or of all. `POST /jobs/resume` ends
 * that. Both answer as `GET /jobs/pause` does: with what is paused now.
 */
export function servePause(
  router: Router<State>,
  services: JobServices,
  setPaused: SetPaused,
): void {
  router.get("/jobs/pause", async (ctx) => {
    const { control } = requireQueue(services);
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    ctx.set("Cache-Control", "no-store");
    answerJsonText(ctx, JSON.stringify(await control.paused()));
  });
  const answer = (isPaused: boolean) => async (ctx: HttpContext) => {
    requireQueue(services);
    chooseRepresentation(ctx, "json");
    const { task = null } = checkFields("The query", whichTask, { ...ctx.query });
    await requireNoBody(ctx, services.bodyLimitBytes);
    answerJsonText(ctx, JSON.stringify(await setPaused(task, isPaused)));
  };
  router.post("/jobs/pause", answer(true));
  router.post("/jobs/resume", answer(false));
}

export const whichTask = z.strictObject({
  task: z.string({ error: "must be the name of a task, given once" }).optional(),
});

/** A mistyped name would pause nothing, and nobody would notice. */
function requireTask({ tasks }: Services, name: string): void {
  if (tasks.get(name)) return;
  const known = tasks.list().map((each) => each.name);
  const message = `there is no task ${JSON.stringify(name)}; there are ${known.join(", ")}`;
  throw explainInvalidQuery([{ path: "/task", message }]);
}
