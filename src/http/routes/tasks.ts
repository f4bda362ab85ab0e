import type Router from "@koa/router";
import { AppError } from "../../errors.ts";
import { inputSchema } from "../../tasks/check/check.ts";
import type { Task } from "../../tasks/task.ts";
import { chooseRepresentation } from "../accept.ts";
import { answerJson } from "../json.ts";
import { answerPosted } from "../run.ts";
import type { Services, State } from "../services.ts";

/** `GET /tasks`, `GET /tasks/:task`, and `POST /tasks/:task`, which runs it. */
export function serveTasks(router: Router<State>, services: Services): void {
  const { tasks } = services;

  router.get("/tasks", (ctx) => {
    chooseRepresentation(ctx, "json");
    answerJson(ctx, { tasks: tasks.list().map(describeTask) });
  });

  router.get("/tasks/:task", (ctx) => {
    chooseRepresentation(ctx, "json");
    answerJson(ctx, describeTask(requireTask(ctx.params["task"])));
  });

  router.post("/tasks/:task", async (ctx) => {
    await answerPosted(ctx, services, requireTask(ctx.params["task"]));
  });

  function requireTask(name: string | undefined): Task {
    const task = tasks.get(name ?? "");
    if (task) return task;
    const known = tasks.list().map((known) => known.name);
    const detail = `There is no task ${JSON.stringify(name)}. There are ${known.join(", ")}.`;
    throw new AppError("not-found", detail);
  }
}

function describeTask(task: Task) {
  const { name, description, example } = task;
  const url = `/tasks/${name}`;
  return {
    name,
    description,
    url,
    native: Boolean(task.runAsync),
    example,
    input: inputSchema(task),
  };
}
