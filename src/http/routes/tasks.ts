import type Router from "@koa/router";
import { AppError } from "../../errors.ts";
import { isBytesInput } from "../../tasks/bytes/bytes-input.ts";
import { inputSchema, outputSchema } from "../../tasks/check/json-schema.ts";
import type { Task } from "../../tasks/task.ts";
import { chooseRepresentation } from "../accept.ts";
import { mostBytes, queryTask } from "../bytes-body.ts";
import { answerJson } from "../json.ts";
import { answerPosted } from "../run.ts";
import { answerPostedBytes } from "../run-bytes.ts";
import type { Services, State } from "../services.ts";

/** `GET /tasks`, `GET /tasks/:task`, and `POST /tasks/:task`, which runs it. */
export function serveTasks(router: Router<State>, services: Services): void {
  const { tasks } = services;

  router.get("/tasks", (ctx) => {
    chooseRepresentation(ctx, "json");
    answerJson(ctx, { tasks: tasks.list().map((task) => describeTask(task, services)) });
  });

  router.get("/tasks/:task", (ctx) => {
    chooseRepresentation(ctx, "json");
    answerJson(ctx, describeTask(requireTask(ctx.params["task"]), services));
  });

  router.post("/tasks/:task", async (ctx) => {
    const task = requireTask(ctx.params["task"]);
    const { input } = task;
    if (isBytesInput(input)) await answerPostedBytes(ctx, services, task, input);
    else await answerPosted(ctx, services, task);
  });

  function requireTask(name: string | undefined): Task {
    const task = tasks.get(name ?? "");
    if (task) return task;
    const known = tasks.list().map((known) => known.name);
    const detail = `There is no task ${JSON.stringify(name)}. There are ${known.join(", ")}.`;
    throw new AppError("not-found", detail);
  }
}

function describeTask(task: Task, services: Services) {
  const { name, description, example } = task;
  const url = `/tasks/${name}`;
  return {
    name,
    description,
    url,
    native: Boolean(task.runAsync),
    ...traitsOf(task),
    example,
    input: describeInput(task, services),
    output: outputSchema(task),
  };
}

/** What the task asks for. A figure that depends on the input is told as such. */
function traitsOf({ concurrency, executor, timeoutMs, retry, slots, memoryBytes }: Task) {
  const figure = (trait: unknown) => (typeof trait === "function" ? "by input" : trait);
  const traits = {
    ...{ concurrency, executor, timeoutMs, retry },
    ...{ slots: figure(slots), memoryBytes: figure(memoryBytes) },
  };
  return Object.fromEntries(Object.entries(traits).filter(([, trait]) => trait !== undefined));
}

/** The JSON Schema of the input; for bytes, what the body may be, and the JSON Schema of the query. */
function describeInput(task: Task, services: Services): unknown {
  const { input } = task;
  if (!isBytesInput(input)) return inputSchema(task);
  const body = { types: input.types ?? ["*/*"], maxBytes: mostBytes(services, input) };
  return { body, query: inputSchema(queryTask(task, input)) };
}
