import type Router from "@koa/router";
import { AppError } from "../../errors.ts";
import { inputSchema } from "../../tasks/check.ts";
import type { Task } from "../../tasks/task.ts";
import { accepted } from "../accept.ts";
import { answerWithRun, postedInput } from "../run.ts";
import type { Services, State } from "../services.ts";

/** `GET /tasks`, `GET /tasks/:task`, and `POST /tasks/:task`, which runs it. */
export function taskRoutes(router: Router<State>, services: Services): void {
  const { tasks } = services;

  router.get("/tasks", (ctx) => {
    accepted(ctx, "json");
    ctx.body = { tasks: tasks.list().map(described) };
  });

  router.get("/tasks/:task", (ctx) => {
    accepted(ctx, "json");
    ctx.body = described(named(ctx.params["task"]));
  });

  router.post("/tasks/:task", async (ctx) => {
    const task = named(ctx.params["task"]);
    await answerWithRun(ctx, services, task, await postedInput(ctx, services));
  });

  function named(name: string | undefined): Task {
    const task = tasks.get(name ?? "");
    if (task) return task;
    const known = tasks.list().map((known) => known.name);
    const detail = `There is no task ${JSON.stringify(name)}. There are ${known.join(", ")}.`;
    throw new AppError("not-found", detail);
  }
}

function described(task: Task) {
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
