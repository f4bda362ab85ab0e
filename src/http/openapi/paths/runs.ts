/** Runs: a path for each task, with its own schemas. */
import { z } from "zod";
import type { ZodOpenApiContentObject } from "zod-openapi";
import { executorNames } from "../../../config/modes.ts";
import { type BytesInput, isBytesInput } from "../../../tasks/bytes/bytes-input.ts";
import type { Task } from "../../../tasks/task.ts";
import { mostBytes } from "../../bytes-body.ts";
import { type JsonSchema, listParameters } from "../embedded-schema.ts";
import { type DescribedServer, json, type Operation, type Operations } from "../operation.ts";
import { binary } from "../schemas/common.ts";
import { job } from "../schemas/job.ts";
import { task as taskSchema } from "../schemas/run.ts";
import { embeddedInput, embeddedOutput, type TaskSchema } from "../task-schemas.ts";

const executor = z.enum(executorNames).optional().describe("Who is to carry out the run.");

const anyExecutor = z.object({ executor });

const refused = [
  ...(["malformed-request", "not-acceptable", "executor-unavailable", "invalid-input"] as const),
  ...(["task-failed", "run-crashed", "overloaded", "queue-timeout"] as const),
  ...(["task-postponed", "run-lost", "draining", "run-timeout"] as const),
];

/** What a POST may be refused for beside that. */
const refusedBody = ["body-too-large", "unsupported-media-type"] as const;

/** If it becomes a job. */
const refusedJob = ["queue-full", "queue-unavailable"] as const;

/** Routes of tasks, and of their runs. */
export function describeRuns(server: DescribedServer): Operations {
  const tasks = server.tasks.list();
  const hash = server.tasks.get("hash");
  const posts = tasks.map((task) => [`POST /tasks/${task.name}`, describePost(server, task)]);
  return {
    "GET /tasks": {
      id: "listTasks",
      tag: "Runs",
      summary: "The tasks of this server",
      answers: {
        200: {
          description: "Every task, with its schemas.",
          content: json(z.object({ tasks: z.array(taskSchema) })),
        },
      },
      problems: ["not-acceptable"],
    },
    "GET /tasks/:task": {
      id: "getTask",
      tag: "Runs",
      summary: "A task",
      path: z.object({
        task: z
          .enum(tasks.map(({ name }) => name))
          .meta({ description: "The name of the task.", example: tasks[0]?.name }),
      }),
      answers: { 200: { description: "The task.", content: json(taskSchema) } },
      problems: ["not-found", "not-acceptable"],
    },
    ...Object.fromEntries(posts),
    ...(hash && describeHash(server, hash)),
  };
}

function describeHash(server: DescribedServer, hash: Task): Operations {
  const answers = runAnswers(hash);
  return {
    "GET /hash": {
      id: "getHash",
      tag: "Runs",
      summary: "A run of hash, from the query",
      description:
        "Every parameter has a default, so a bare `GET /hash` is a heavy request. Which parameters an algorithm takes, the body of `POST /hash` shows.",
      query: queryOf(embeddedInput(hash)),
      answers,
      problems: refused,
    },
    "POST /hash": { ...describePost(server, hash), id: "postHash", summary: "A run of hash" },
  };
}

function describePost(server: DescribedServer, task: Task): Operation {
  const { input } = task;
  const takesJobs = server.jobs !== null;
  const later = takesJobs ? " With `Prefer: respond-async` the run becomes a job (202)." : "";
  return {
    id: `run-${task.name}`,
    tag: "Runs",
    summary: `A run of ${task.name}`,
    description: `${task.description}${later}`,
    query: isBytesInput(input) ? queryOf(embeddedInput(task)) : anyExecutor,
    body: isBytesInput(input) ? bytesBody(server, input) : jsonInput(task),
    ...(takesJobs && { headers: ["respond-async"], tokenIsOptional: true }),
    answers: {
      ...runAnswers(task),
      ...(takesJobs && { 202: jobInstead }),
    },
    problems: [...refused, ...refusedBody, ...(takesJobs ? refusedJob : [])],
  };
}

const jobInstead = {
  description: "The run became a job, which is on disk.",
  headers: ["Location", "ETag", "Retry-After", "Preference-Applied"],
  content: json(job),
} as const;

function jsonInput(task: Task): NonNullable<Operation["body"]> {
  const { $ref } = embeddedInput(task);
  const { example } = task;
  const content = { schema: { $ref }, ...(example !== undefined && { example }) };
  return { content: { "application/json": content }, isOptional: task.name === "hash" };
}

function bytesBody(server: DescribedServer, input: BytesInput): NonNullable<Operation["body"]> {
  const description = `At most ${mostBytes(server, input)} bytes.`;
  const media = { schema: { ...binary, description } };
  const types = input.types ?? ["*/*"];
  return { content: Object.fromEntries(types.map((type) => [type, media])) };
}

/** The parameters of a query, with the executor. */
function queryOf({ schema }: TaskSchema): z.ZodObject {
  const parameters = listParameters(schema).map(({ name, isRequired, schema }) => {
    const shown = z.unknown().meta({ override: schema, ...describedBy(schema) });
    return [name, isRequired ? shown : shown.optional()];
  });
  return z.object({ ...Object.fromEntries(parameters), executor });
}

function describedBy({ description }: JsonSchema) {
  return typeof description === "string" ? { description } : {};
}

function runAnswers(task: Task): Operation["answers"] {
  return {
    200: {
      description: "The result, and what it cost.",
      headers: ["Server-Timing", "Task-Output"],
      content: runContent(task),
    },
  };
}

/** A task without a schema of its output may answer with bytes of any type. */
function runContent(task: Task): ZodOpenApiContentObject {
  const output = embeddedOutput(task);
  const result = output ? { $ref: output.$ref } : {};
  const costs = { $ref: "#/components/schemas/RunCosts" };
  const type = {
    type: "string" as const,
    description: "Of the bytes, where the result is bytes in base64.",
  };
  const schema = {
    type: "object" as const,
    properties: { task: { const: task.name }, type, result, run: costs },
    required: ["task", "result", "run"],
  };
  return {
    "application/json": { schema },
    "application/octet-stream": { schema: binary },
    ...(!output && { "*/*": { schema: binary } }),
  };
}
