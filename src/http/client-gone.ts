import type { HttpContext } from "./services.ts";

/**
 * Why a run is dropped whose client has left: the one reason that is neither answered nor logged.
 * It is known by its identity, since a connection tells nothing of its later requests' answers.
 */
export const clientGone = new Error("The client has gone");

/** Aborts when the connection closes before the answer has been sent. */
export function abortWhenClientGone(ctx: HttpContext): AbortSignal {
  const gone = new AbortController();
  ctx.res.once("close", () => {
    if (!ctx.res.writableFinished) gone.abort(clientGone);
  });
  return gone.signal;
}
