import type Router from "@koa/router";
import { AppError } from "../../errors.ts";
import type { Services, State } from "../services.ts";

/** `GET /`: hello world, the light request beside which heavy ones are felt. */
export function helloRoute(router: Router<State>, { identity }: Services): void {
  router.get("/", (ctx) => {
    ctx.set("Vary", "Accept");
    switch (ctx.accepts("text", "json")) {
      case "text":
        ctx.set("Content-Type", "text/plain; charset=utf-8");
        ctx.body = "hello world\n";
        return;
      case "json":
        ctx.body = { message: "hello world", ...identity };
        return;
      default:
        throw new AppError(
          "not-acceptable",
          "This is served as text/plain and application/json. Accept one of them.",
        );
    }
  });
}
