import { randomBytes } from "node:crypto";
import type { Middleware } from "koa";
import type { State } from "./services.ts";

/** What is taken over from a client: short, and harmless in a log line. */
const acceptable = /^[\w.:-]{1,128}$/;

/**
 * Gives every request an id that is returned as `X-Request-Id` and stands in the log: the client's
 * own where it sent a usable one, otherwise a random part for the process and a count.
 */
export function assignRequestId(): Middleware<State> {
  const prefix = randomBytes(6).toString("base64url");
  let count = 0;
  return (ctx, next) => {
    const given = ctx.req.headers["x-request-id"];
    const usable = typeof given === "string" && acceptable.test(given);
    const id = usable ? given : `${prefix}-${++count}`;
    ctx.state.requestId = id;
    ctx.res.setHeader("X-Request-Id", id);
    return next();
  };
}
