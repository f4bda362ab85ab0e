import type { Middleware } from "koa";

const methods = "GET, HEAD, POST, PUT, PATCH, DELETE";

/** How long a browser keeps what it was told, in seconds: as long as Chromium does at most. */
const keptSeconds = 7200;

/**
 * Lets the pages of some sites read the answers of the server (CORS, in the Fetch Standard), and answers
 * the question that their browsers ask before a request (preflight). Nothing of the browser's own is
 * taken, such as cookies: a page sends its token itself.
 *
 * @param origins as `--cors` names them; `*` for every one
 */
export function answerCors(origins: readonly string[]): Middleware {
  const isForAll = origins.includes("*");
  return (ctx, next) => {
    const origin = ctx.get("Origin");
    if (!isForAll) ctx.vary("Origin");
    if (origin === "" || !(isForAll || origins.includes(origin))) return next();
    ctx.set("Access-Control-Allow-Origin", isForAll ? "*" : origin);
    if (ctx.method !== "OPTIONS" || ctx.get("Access-Control-Request-Method") === "") {
      ctx.set("Access-Control-Expose-Headers", "*");
      return next();
    }
    ctx.set("Access-Control-Allow-Methods", methods);
    // The star would not stand for Authorization.
    const asked = ctx.get("Access-Control-Request-Headers");
    if (asked !== "") ctx.set("Access-Control-Allow-Headers", asked);
    ctx.set("Access-Control-Max-Age", String(keptSeconds));
    ctx.vary("Access-Control-Request-Headers");
    ctx.status = 204;
    return Promise.resolve();
  };
}
