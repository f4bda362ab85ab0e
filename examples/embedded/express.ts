/** manycore's threads inside an Express app. */
import express, { type ErrorRequestHandler } from "express";
import { createCompute, isProblem, problemOf } from "../../src/embed/embed.ts"; // "manycore/embed"

const tasks = new URL("tasks.ts", import.meta.url).pathname;

export async function createApp() {
  const compute = await createCompute({ tasks, executor: "threads" });
  const app = express();
  app.use(express.json());
  app.post("/fibonacci", async (request, response) => {
    const gone = new AbortController();
    response.once("close", () => gone.abort()); // A client that leaves takes its run with it.
    const { result } = await compute.run("fibonacci", request.body, { signal: gone.signal });
    response.json(result);
  });
  app.use(answerProblem);
  return { app, close: () => compute.close() };
}

/** 422 with the fields, 503 with Retry-After, ...: what manycore itself would answer. */
const answerProblem: ErrorRequestHandler = (error, _request, response, next) => {
  if (!isProblem(error)) return next(error);
  response.status(error.status).set(error.headers).type("application/problem+json");
  response.send(problemOf(error));
};
