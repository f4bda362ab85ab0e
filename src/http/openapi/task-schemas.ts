/** The schemas of tasks among the components of the document. */
import { isBytesInput } from "../../tasks/bytes/bytes-input.ts";
import { inputSchema, outputSchema } from "../../tasks/check/json-schema.ts";
import type { Task } from "../../tasks/task.ts";
import { queryTask } from "../bytes-body.ts";
import { embedSchema, type JsonSchema } from "./embedded-schema.ts";

export interface TaskSchema {
  /** Its name among the components. */
  readonly name: string;
  readonly $ref: string;
  readonly schema: JsonSchema;
}

/** The schema of the body; of the query, where the body is bytes. */
export function embeddedInput(task: Task): TaskSchema {
  const { input } = task;
  if (!isBytesInput(input)) return embed(`${task.name}.input`, inputSchema(task));
  return embed(`${task.name}.query`, inputSchema(queryTask(task, input)));
}

/** Undefined for a task without a schema of its output. */
export function embeddedOutput(task: Task): TaskSchema | undefined {
  const schema = outputSchema(task);
  return schema === undefined ? undefined : embed(`${task.name}.output`, schema);
}

function embed(name: string, schema: unknown): TaskSchema {
  const $ref = `#/components/schemas/${name}`;
  return { name, $ref, schema: embedSchema(schema, $ref) };
}

/** All that the operations of these tasks refer to. */
export function taskComponents(tasks: readonly Task[]): Readonly<Record<string, JsonSchema>> {
  const bodies = tasks.filter(({ input }) => !isBytesInput(input)).map(embeddedInput);
  const outputs = tasks.flatMap((task) => embeddedOutput(task) ?? []);
  return Object.fromEntries([...bodies, ...outputs].map(({ name, schema }) => [name, schema]));
}
