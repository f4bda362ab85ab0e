/** The input of a run, checked as the server checks it, and what to send for it. */
import { stringify } from "node:querystring";
import { isDeepStrictEqual } from "node:util";
import { queryTask } from "../../../src/http/bytes-body.ts";
import { parseQuery, readPropertyTypes, readQueryInput } from "../../../src/http/query.ts";
import { type BytesInput, isBytesInput } from "../../../src/tasks/bytes/bytes-input.ts";
import { bareType } from "../../../src/tasks/bytes/media-type.ts";
import { checkInput } from "../../../src/tasks/check/check.ts";
import { inputSchema } from "../../../src/tasks/check/json-schema.ts";
import type { Task } from "../../../src/tasks/task.ts";
import { anyType, type GivenInput, requireBytes, requireJson } from "../../command/given-input.ts";
import type { BytesBody } from "../../command/task-post.ts";
import { requireChecked } from "./task.ts";

export interface CheckedInput {
  /** As the task gets it. */
  readonly checked: unknown;
  /** The JSON to send. Undefined for bytes. */
  readonly json: unknown;
  /** The bytes to send. Null for JSON. */
  readonly body: BytesBody | null;
}

/** @throws Error that names the option, and says how to give an input that the task takes */
export function readGivenInput(task: Task, given: GivenInput): CheckedInput {
  const { input } = task;
  if (!isBytesInput(input)) return readJsonInput(task, requireJson(task.name, given));
  const body = requireBytes(task.name, given, input.types ?? [anyType]);
  return { checked: checkBytes(task, input, body), json: undefined, body };
}

function readJsonInput(task: Task, given: unknown): CheckedInput {
  const hasNone = given === undefined && task.example === undefined;
  const json = given ?? (hasNone ? {} : task.example);
  try {
    const checked = requireChecked(task, json);
    return { checked, json: chooseJsonToSend(task, json, checked), body: null };
  } catch (error) {
    if (!hasNone) throw error;
    throw new Error(`--input: ${task.name} has no example. Give it an input, as JSON or as @FILE`, {
      cause: error,
    });
  }
}

/** @param query as text, or as the query of a URL */
export function checkBytes(
  task: Task,
  input: BytesInput,
  { data, type, query }: Omit<BytesBody, "query"> & { readonly query: BytesBody["query"] | string },
): unknown {
  const types = readPropertyTypes(inputSchema(queryTask(task, input)));
  const parsed = parseQuery(typeof query === "string" ? query : stringify(query));
  const taken = { data, type: bareType(type), query: readQueryInput(parsed, types) };
  return requireChecked(task, taken);
}

/**
 * It has its defaults filled in, which shows what is measured. If the schema transforms its input, it
 * is sent as it was given.
 */
function chooseJsonToSend(task: Task, given: unknown, read: unknown): unknown {
  try {
    const filled = JSON.parse(JSON.stringify(read)) as unknown;
    return isDeepStrictEqual(checkInput(task, filled), read) ? filled : given;
  } catch {
    return given;
  }
}
