import type { Middleware } from "koa";
import type { Logger } from "pino";
import type { State } from "./services.ts";

/** Logs a line for each request when its response has been sent, or its client has gone. */
export function logAccess(log: Logger): Middleware<State> {
  return (ctx, next) => {
    const startedAt = performance.now();
    ctx.res.once("close", () => {
      log.info(
        {
          requestId: ctx.state.requestId,
          method: ctx.method,
          url: ctx.originalUrl,
          status: ctx.res.headersSent ? ctx.status : null,
          bytes: ctx.length,
          durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
          ...(ctx.res.writableFinished ? {} : { clientGone: true }),
        },
        "request",
      );
    });
    return next();
  };
}
