import type { Middleware } from "koa";
import type { Telemetry } from "../telemetry/events.ts";
import type { State } from "./services.ts";

/** Emits `request.ended` when the response has been sent, or its client has gone. */
export function emitRequestEnds(telemetry: Telemetry): Middleware<State> {
  return (ctx, next) => {
    const startedAt = performance.now();
    ctx.res.once("close", () => {
      telemetry.emit("request.ended", {
        requestId: ctx.state.requestId,
        method: ctx.method,
        url: ctx.originalUrl,
        status: ctx.res.headersSent ? ctx.status : null,
        bytes: ctx.length,
        durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
        ...(ctx.res.writableFinished ? {} : { clientGone: true }),
      });
    });
    return next();
  };
}
