import type Router from "@koa/router";
import type { HttpContext, State } from "../../../http/services.ts";
import { createPassOn } from "./pass-on.ts";

/** Before the path of the server. */
const prefix = "/server";

/** What the page asks of the server. Nothing else is passed on. */
const passed = [
  ["get", "/"],
  ["get", "/tasks"],
  ["get", "/tasks/:task"],
  ["post", "/tasks/:task"],
  ["post", "/jobs"],
  ["post", "/batches"],
  ["put", "/schedules/:name"],
  ["post", "/schedules/:name/run"],
] as const;

/**
 * `/server/...`: what only a worker can answer, at the address of control. So the page has one origin,
 * and is held to the checks of control.
 */
export function serveServer(router: Router<State>, serverUrl: string): void {
  const passOn = createPassOn(serverUrl);
  const answer = (ctx: HttpContext) => passOn(ctx, pathOf(ctx.url));
  for (const [method, path] of passed) router[method](`${prefix}${path}`, answer);
}

/** Without a slash at its end, it is `/server?...`. */
function pathOf(url: string): string {
  const path = url.slice(prefix.length);
  return path.startsWith("/") ? path : `/${path}`;
}
