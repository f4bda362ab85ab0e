import type Router from "@koa/router";
import { chooseRepresentation } from "../../../http/accept.ts";
import { answerJson } from "../../../http/json.ts";
import type { State } from "../../../http/services.ts";
import type { QueueStats } from "../../../jobs/stats.ts";
import { metricsText, metricsType } from "../../../telemetry/figures/exposition.ts";
import { statsOf } from "../../../telemetry/figures/stats.ts";
import type { PrimaryCalls } from "../app.ts";

/** A queue whose disk does not answer must not hide the figures of the workers. */
const longestStatsMs = 1000;

/** `GET /stats` (JSON) and `GET /metrics` (Prometheus): the same as on the main port. */
export function serveFigures(router: Router<State>, primary: PrimaryCalls): void {
  const ask = () => Promise.all([primary.call("figures", {}), jobStats(primary)]);

  router.get("/stats", async (ctx) => {
    chooseRepresentation(ctx, "json");
    const [figures, jobs] = await ask();
    ctx.set("Cache-Control", "no-store");
    answerJson(ctx, statsOf(figures, jobs));
  });

  router.get("/metrics", async (ctx) => {
    const [figures, jobs] = await ask();
    ctx.set("Cache-Control", "no-store");
    ctx.set("Content-Type", metricsType);
    ctx.body = await metricsText(figures, jobs);
  });
}

/** Null on a server without jobs, and where the queue does not answer in time. */
async function jobStats(primary: PrimaryCalls): Promise<QueueStats | null> {
  const { promise: overdue, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), longestStatsMs);
  const stats = primary.call("job-stats", {}).catch(() => null);
  return Promise.race([stats, overdue]).finally(() => clearTimeout(timer));
}
