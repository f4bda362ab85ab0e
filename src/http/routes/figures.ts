import type Router from "@koa/router";
import type { QueueStats } from "../../jobs/stats.ts";
import { metricsText, metricsType } from "../../telemetry/figures/exposition.ts";
import type { ServerFigures } from "../../telemetry/figures/figures.ts";
import { statsOf } from "../../telemetry/figures/stats.ts";
import { chooseRepresentation } from "../accept.ts";
import { answerJson } from "../json.ts";
import type { State } from "../services.ts";

/** What the whole server counts and measures, and its queue; null without jobs. */
export type ReadFigures = () => Promise<readonly [ServerFigures, QueueStats | null]>;

/** `GET /stats` (JSON) and `GET /metrics` (Prometheus). Every worker gives the same answer, and so does control. */
export function serveFigures(router: Router<State>, read: ReadFigures): void {
  router.get("/stats", async (ctx) => {
    chooseRepresentation(ctx, "json");
    ctx.set("Cache-Control", "no-store");
    answerJson(ctx, statsOf(...(await read())));
  });

  router.get("/metrics", async (ctx) => {
    ctx.body = await metricsText(...(await read()));
    ctx.set("Cache-Control", "no-store");
    ctx.set("Content-Type", metricsType);
  });
}
