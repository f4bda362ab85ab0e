import { randomBytes } from "node:crypto";
import type { Middleware } from "koa";
import type { State } from "./services.ts";

/** A client's id must be short, and harmless in a line of the log. */
const acceptable = /^[\w.:-]{1,128}$/;

/**
 * Gives every request an id. The answer has it as `X-Request-Id`, and so has the log. It is the
 * client's own id if that is usable, else a random prefix of this process and a count.
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
