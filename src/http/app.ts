import Koa from "koa";
import { funnelErrors } from "./funnel.ts";
import { answerCors } from "./guard/cors.ts";
import { createHeadCheck } from "./guard/head-limits.ts";
import { Router } from "./koa-router.ts";
import { limitRate } from "./rate-limit.ts";
import { emitRequestEnds } from "./request-end.ts";
import { requireReadable } from "./request-head.ts";
import { assignRequestId } from "./request-id.ts";
import { readTarget } from "./request-target.ts";
import { createRouting } from "./router.ts";
import { routes } from "./routes.ts";
import type { Services, State } from "./services.ts";
import { traceRequests } from "./trace-requests.ts";

/** A client that leaves early is no reason for a warning. */
const departures = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

/** Creates the Koa application of one worker. It does not listen. */
export function createApp(services: Services): Koa<State> {
  const router = new Router<State>();
  for (const declareRoutes of routes) declareRoutes(router, services);

  const app = new Koa<State>();
  app.use(funnelErrors(services));
  app.use(assignRequestId());
  if (services.guard.cors.length > 0) app.use(answerCors(services.guard.cors));
  // Following a request costs time: only where somebody listens when the app is made.
  const { tracing } = services;
  if (tracing) app.use(traceRequests(tracing, services));
  if (services.telemetry.listenerCount("request.ended") > 0) app.use(emitRequestEnds(services));
  const answer = limitRate(createRouting(router, services.guard), services);
  const requireSmallHead = createHeadCheck(services.headerLimitBytes);
  app.use((ctx) => {
    ctx.res.setHeader("X-Content-Type-Options", "nosniff"); // It is what its type says.
    requireReadable(ctx.req);
    requireSmallHead(ctx.req);
    readTarget(ctx.req);
    return answer(ctx);
  });
  app.on("error", (err) => {
    const level = departures.has(err.code) ? "debug" : "warn";
    services.log[level]({ err }, "a response could not be sent");
  });
  return app;
}
