import type { HttpContext } from "./services.ts";

/**
 * The reason for dropping a run when its client has left. The funnel compares by identity: this reason
 * is neither answered nor logged.
 */
export const clientGone = new Error("The client has gone");

/** Returns a signal that aborts if the connection closes before the answer is sent. */
export function abortWhenClientGone(ctx: HttpContext): AbortSignal {
  const gone = new AbortController();
  ctx.res.once("close", () => {
    if (!ctx.res.writableFinished) gone.abort(clientGone);
  });
  return gone.signal;
}
