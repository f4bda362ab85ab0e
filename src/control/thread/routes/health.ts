import type Router from "@koa/router";
import { answerJson } from "../../../http/json.ts";
import type { State } from "../../../http/services.ts";

/** `GET /livez`: this thread answers, whatever the workers compute. */
export function serveHealth(router: Router<State>): void {
  router.get("/livez", (ctx) => {
    ctx.set("Cache-Control", "no-store");
    answerJson(ctx, { status: "alive", pid: process.pid });
  });
}
