import type Router from "@koa/router";
import { inputSchema } from "../../tasks/check/json-schema.ts";
import { parseQuery, readPropertyTypes, readQueryInput } from "../query.ts";
import { answerPosted, answerWithRun } from "../run.ts";
import type { Services, State } from "../services.ts";

/** `GET /hash` with a query and `POST /hash` with a JSON body: a run of the task `hash`. */
export function serveHash(router: Router<State>, services: Services): void {
  const task = services.tasks.get("hash");
  if (!task) return;
  const types = readPropertyTypes(inputSchema(task));

  router.get("/hash", (ctx) => {
    const query = parseQuery(ctx.querystring);
    const input = readQueryInput(query, types, "executor");
    const inputBytes = ctx.querystring.length;
    return answerWithRun(ctx, services, task, { input, inputBytes, executor: query["executor"] });
  });

  router.post("/hash", async (ctx) => {
    await answerPosted(ctx, services, task);
  });
}
