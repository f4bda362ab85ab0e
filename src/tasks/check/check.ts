import { z } from "zod";
import { AppError, type FieldError, messageOf } from "../../errors.ts";
import { jsonPointer } from "../json-pointer.ts";
import type { Task } from "../task.ts";
import { callUserCode } from "../user-code.ts";
import { parseBounded } from "./bounded-parse.ts";
import { invalidError, mostErrors, refuseTooManyFields } from "./invalid.ts";
import { isZod } from "./is-zod.ts";
import { asynchronous, checkStandard, SchemaMisbehaved } from "./standard.ts";

/**
 * Checks an input by the task's schema, and returns it as the task gets it.
 *
 * @throws AppError `invalid-input` with the JSON Pointer (RFC 6901) of every invalid field;
 *   `task-failed` if the schema itself throws, is asynchronous, or returns nonsense
 */
export function checkInput(task: Task, input: unknown): unknown {
  return callUserCode("asked", task, () => checked(task, input));
}

function checked(task: Task, input: unknown): unknown {
  const subject = `The input of ${task.name}`;
  try {
    if (isZod(task.input)) return checkFields(subject, task.input, input);
    refuseTooManyFields(subject, input);
    const result = checkStandard(task.input, input);
    if (result.kind === "valid") return result.value;
    throw invalidError(subject, result.errors, result.more);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw schemaFailedError(task, error);
  }
}

/** What the schema itself throws may have paths and secrets. */
function schemaFailedError(task: Task, error: unknown): AppError {
  const failed = `The schema of task ${task.name} failed`;
  if (error instanceof z.core.$ZodAsyncError) {
    const detail = `${failed}: ${asynchronous}`;
    return new AppError("task-failed", detail, { cause: error });
  }
  const detail = `${failed}: ${messageOf(error)}`;
  if (error instanceof SchemaMisbehaved)
    return new AppError("task-failed", detail, { cause: error });
  const short = `${failed}: it threw an error. Let it refuse such an input instead.`;
  return new AppError("task-failed", short, { cause: error, logged: detail });
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
  const more = parsed.more === undefined ? undefined : parsed.more + all.length - errors.length;
  throw invalidError(subject, errors, more);
}

function fieldErrors(issue: z.core.$ZodIssue, onUnknown: string): FieldError[] {
  const path = jsonPointer(issue.path);
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({
    path: jsonPointer([...issue.path, key]),
    message: onUnknown,
  }));
}
