import { z } from "zod";
import { AppError, type FieldError } from "../errors.ts";
import type { Task } from "./task.ts";

/**
 * Checks an input by the task's schema and returns it as the task will get it.
 *
 * @throws AppError `invalid-input` that lists every invalid field by its JSON Pointer (RFC 6901)
 */
export function checkInput(task: Task, input: unknown): unknown {
  const parsed = task.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldErrors);
  const fields = errors.map(({ path, message }) => `${path || "the input"}: ${message}`);
  const detail = `The input of ${task.name} is not valid. ${fields.join("; ")}.`;
  throw new AppError("invalid-input", detail, { errors });
}

const schemas = new WeakMap<Task, unknown>();

/** The JSON Schema (2020-12) of the task's input; made once. */
export function inputSchema(task: Task): unknown {
  const known = schemas.get(task);
  if (known) return known;
  const schema = z.toJSONSchema(task.input, { io: "input", unrepresentable: "any" });
  schemas.set(task, schema);
  return schema;
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = pointer(issue.path);
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({
    path: pointer([...issue.path, key]),
    message: "unknown field; leave it out",
  }));
}

function pointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
