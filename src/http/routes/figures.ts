import type Router from "@koa/router";
import { waitAtMost } from "../../clock.ts";
import type { QueueStats } from "../../jobs/stats.ts";
import { metricsText, metricsType } from "../../telemetry/figures/exposition.ts";
import type { ServerFigures } from "../../telemetry/figures/figures.ts";
import { statsOf } from "../../telemetry/figures/stats.ts";
import { chooseRepresentation } from "../accept.ts";
import { answerJson } from "../json.ts";
import type { State } from "../services.ts";

export interface FigureSources {
  /** What the whole server counts and measures. */
  readonly figures: () => Promise<ServerFigures>;
  /** Its queue; null without jobs. */
  readonly jobStats: () => Promise<QueueStats | null>;
}

/** A queue that fails, or whose disk does not answer, must not hide the figures of the workers. */
const longestStatsMs = 1000;

/** `GET /stats` (JSON) and `GET /metrics` (Prometheus). Every worker gives the same answer, and so does control. */
export function serveFigures(router: Router<State>, { figures, jobStats }: FigureSources): void {
  const read = () => Promise.all([figures(), inTime(jobStats())]);

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

/** Null where the queue fails or does not answer in time. */
async function inTime(stats: Promise<QueueStats | null>): Promise<QueueStats | null> {
  return (
    (await waitAtMost(
      stats.catch(() => null),
      longestStatsMs,
    )) ?? null
  );
}
