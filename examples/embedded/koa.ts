/** manycore's threads inside a Koa app. */
import Koa from "koa";
import { createCompute, isProblem, problemOf } from "../../src/embed/embed.ts"; // "manycore/embed"

const tasks = new URL("tasks.ts", import.meta.url).pathname;

export async function createApp() {
  const compute = await createCompute({ tasks, executor: "threads" });
  const app = new Koa();
  app.use(async (ctx) => {
    const gone = new AbortController();
    ctx.res.once("close", () => gone.abort()); // A client that leaves takes its run with it.
    try {
      const input = { n: Number(ctx.query["n"]) };
      const { result } = await compute.run("fibonacci", input, { signal: gone.signal });
      ctx.body = result;
    } catch (error) {
      if (!isProblem(error)) throw error;
      ctx.status = error.status;
      ctx.set(error.headers);
      ctx.body = problemOf(error);
      ctx.type = "application/problem+json";
    }
  });
  return { app, close: () => compute.close() };
}
