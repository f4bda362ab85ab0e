/** manycore's threads inside a Fastify app. */
import fastify from "fastify";
import { createCompute, isProblem, problemOf } from "../../src/embed/embed.ts"; // "manycore/embed"

const tasks = new URL("tasks.ts", import.meta.url).pathname;

export async function createApp() {
  const compute = await createCompute({ tasks, executor: "threads" });
  const app = fastify();
  app.post("/fibonacci", async (request, reply) => {
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort()); // A client that leaves takes its run with it.
    const { result } = await compute.run("fibonacci", request.body, { signal: gone.signal });
    return result;
  });
  app.setErrorHandler((error, _request, reply) => {
    if (!isProblem(error)) throw error;
    const answer = reply.status(error.status).headers(error.headers);
    return answer.type("application/problem+json").send(problemOf(error));
  });
  app.addHook("onClose", () => compute.close());
  return app;
}
