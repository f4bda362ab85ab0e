import type Router from "@koa/router";
import { accepted } from "../accept.ts";
import { answerJson } from "../json.ts";
import type { Services, State } from "../services.ts";

/** The same words for who takes nothing but a page, and for who would rather have one. */
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>manycore</title>
<p>hello world</p>
<p><a href="/hash?input=abc">/hash</a> <a href="/tasks">/tasks</a> <a href="/stats">/stats</a></p>
</html>
`;
const pageType = "text/html; charset=utf-8";

/** `GET /`: hello world, the light request beside which heavy ones are felt. */
export function helloRoute(router: Router<State>, { identity }: Services): void {
  router.get("/", (ctx) => {
    const representation = accepted(ctx, "text", "json", "html");
    if (representation === "json") {
      answerJson(ctx, { message: "hello world", ...identity });
      return;
    }
    const isPage = representation === "html";
    ctx.res.setHeader("Content-Type", isPage ? pageType : "text/plain; charset=utf-8");
    ctx.body = isPage ? page : "hello world\n";
  });
}
