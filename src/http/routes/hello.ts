import type Router from "@koa/router";
import { accepted } from "../accept.ts";
import { answerJson } from "../json.ts";
import type { Services, State } from "../services.ts";

/** `GET /`: hello world, the light request beside which heavy ones are felt. */
export function helloRoute(router: Router<State>, { identity }: Services): void {
  router.get("/", (ctx) => {
    if (accepted(ctx, "text", "json") === "json") {
      answerJson(ctx, { message: "hello world", ...identity });
      return;
    }
    ctx.res.setHeader("Content-Type", "text/plain; charset=utf-8");
    ctx.body = "hello world\n";
  });
}
