import { z } from "zod";
import { AppError, type FieldError, messageOf } from "../../errors.ts";
import { jsonPointer } from "../json-pointer.ts";
import type { Task } from "../task.ts";
import { parseBounded } from "./bounded-parse.ts";

/** Errors beyond this are only counted: an answer should not outgrow its request. */
const mostErrors = 20;

const mostFields = 1000;

/**
 * Checks an input by the task's schema, and returns it as the task gets it.
 *
 * @throws AppError `invalid-input` with the JSON Pointer (RFC 6901) of every invalid field;
 *   `task-failed` if the schema itself throws, or is asynchronous
 */
export function checkInput(task: Task, input: unknown): unknown {
  try {
    return checkFields(`The input of ${task.name}`, task.input, input);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const isAsync = error instanceof z.core.$ZodAsyncError;
    const why = isAsync ? "it is asynchronous; check in run what takes time" : messageOf(error);
    const detail = `The schema of task ${task.name} failed: ${why}`;
    throw new AppError("task-failed", detail, { cause: error });
  }
}

/**
 * Checks anything by a schema.
 *
 * @param subject names it, at the start of a sentence
 * @param onUnknown the message for a field that the schema does not have
 * @throws AppError `invalid-input` with the JSON Pointer (RFC 6901) of every invalid field
 */
export function checkFields<Value>(
  subject: string,
  schema: z.ZodType<Value>,
  sent: unknown,
  onUnknown = "unknown field; leave it out",
): Value {
  refuseTooManyFields(subject, sent);
  const parsed = parseBounded(schema, sent, mostErrors);
  if (parsed.kind === "valid") return parsed.value;
  const all = parsed.issues.flatMap((issue) => fieldErrors(issue, onUnknown));
  const errors = all.slice(0, mostErrors);
  const fields = errors.map(({ path, message }) => `${path || `${subject} itself`}: ${message}`);
  const more = parsed.more === undefined ? undefined : parsed.more + all.length - errors.length;
  if (more === undefined)
    fields.push("there may be more: an input this large is not checked to its end");
  else if (more > 0) fields.push(`and ${more} more`);
  const detail = `${subject} is not valid. ${fields.join("; ")}.`;
  throw new AppError("invalid-input", detail, { errors });
}

/** Each unknown field would be an error of its own, and a body can hold a hundred thousand. */
function refuseTooManyFields(subject: string, input: unknown): void {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return;
  const count = Object.keys(input).length;
  if (count <= mostFields) return;
  const message = `It has ${count} fields, and ${mostFields} are allowed: nest them in one field`;
  const detail = `${subject} is not valid. ${message}.`;
  throw new AppError("invalid-input", detail, { errors: [{ path: "", message }] });
}

const schemas = new WeakMap<Task, unknown>();

/** The JSON Schema (2020-12) of the task's input; made once. */
export function inputSchema(task: Task): unknown {
  const known = schemas.get(task);
  if (known) return known;
  const schema = jsonSchema(task.input);
  schemas.set(task, schema);
  return schema;
}

/** If it cannot be written, a schema that accepts anything and says why: the task itself works. */
function jsonSchema(schema: z.ZodType): unknown {
  try {
    const made = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    JSON.stringify(made); // A default may be a cycle or a bigint.
    return made;
  } catch (error) {
    const description = `This input has no JSON Schema: ${messageOf(error)}`;
    return { $schema: "https://json-schema.org/draft/2020-12/schema", description };
  }
}

function fieldErrors(issue: z.core.$ZodIssue, onUnknown: string): FieldError[] {
  const path = jsonPointer(issue.path);
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({
    path: jsonPointer([...issue.path, key]),
    message: onUnknown,
  }));
}
