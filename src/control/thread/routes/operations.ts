import type Router from "@koa/router";
import { z } from "zod";
import { logLevels } from "../../../config/options/log.ts";
import { AppError } from "../../../errors.ts";
import { answerJson } from "../../../http/json.ts";
import type { HttpContext, State } from "../../../http/services.ts";
import type { PrimaryCalls } from "../app.ts";
import { readWish } from "./read-wish.ts";

/** What an operator sends is a line. */
const bodyLimitBytes = 16 * 1024;

const logLevel = z.strictObject({
  level: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`),
});
const whichTask = z.strictObject({
  task: z.string("must be the name of a task, given once").optional(),
});

/** What an operator can do. Each is answered when it is done. */
export function serveOperations(router: Router<State>, primary: PrimaryCalls): void {
  router.post("/reload", async (ctx) => {
    await readWish(ctx, z.strictObject({}), bodyLimitBytes);
    answerJson(ctx, await primary.call("reload", {}));
  });

  router.post("/workers/:change", async (ctx) => {
    const by = changeOf(ctx.params["change"] ?? "");
    await readWish(ctx, z.strictObject({}), bodyLimitBytes);
    answerJson(ctx, await primary.call("change-workers", { by }));
  });

  router.post("/log-level", async (ctx) => {
    const { level } = await readWish(ctx, logLevel, bodyLimitBytes);
    await primary.call("set-log-level", { level });
    answerJson(ctx, { level });
  });

  const setPaused = (paused: boolean) => async (ctx: HttpContext) => {
    const { task } = await readWish(ctx, whichTask, bodyLimitBytes);
    await primary.call("set-paused", { paused, task });
    const stats = await primary.call("job-stats", {});
    answerJson(ctx, { paused: stats?.paused });
  };
  router.post("/pause", setPaused(true));
  router.post("/resume", setPaused(false));
}

/** @throws AppError `not-found` */
function changeOf(change: string): 1 | -1 {
  if (change === "+1") return 1;
  if (change === "-1") return -1;
  throw new AppError("not-found", "Workers come and go one at a time: POST /workers/+1 or -1.");
}
