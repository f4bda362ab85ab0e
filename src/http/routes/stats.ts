import type Router from "@koa/router";
import { packageVersion } from "../../config/config.ts";
import { type Family, metricsText, metricsType } from "../../telemetry/metrics.ts";
import { chooseRepresentation } from "../accept.ts";
import { answerJson } from "../json.ts";
import type { Services, State } from "../services.ts";
import { makeJobMetrics } from "./jobs/figures.ts";

/** Keeps the answer from being empty: an empty one would look broken. */
const buildInfo: Family = {
  name: "manycore_build_info",
  help: "Versions of manycore and Node.",
  type: "gauge",
  samples: [{ labels: { version: packageVersion(), node: process.version }, value: 1 }],
};

/** `GET /stats` (JSON) and `GET /metrics` (Prometheus). Every worker gives the same answer. */
export function serveStats(router: Router<State>, { jobs }: Services): void {
  router.get("/stats", async (ctx) => {
    chooseRepresentation(ctx, "json");
    const body = { jobs: jobs && (await jobs.jobs.stats()) };
    ctx.set("Cache-Control", "no-store");
    answerJson(ctx, body);
  });

  router.get("/metrics", async (ctx) => {
    const families = [buildInfo, ...(jobs ? makeJobMetrics(await jobs.jobs.stats()) : [])];
    ctx.set("Cache-Control", "no-store");
    ctx.set("Content-Type", metricsType);
    ctx.body = metricsText(families);
  });
}
