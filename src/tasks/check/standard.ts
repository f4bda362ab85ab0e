/**
 * Checks a value by a schema of any library, in the way that all of them have (Standard Schema).
 * Threads load this file. So it knows no library.
 */
import { type FieldError, messageOf } from "../../errors.ts";
import { jsonPointer } from "../json-pointer.ts";
import type { Schema } from "../task.ts";
import { isThenable } from "../thenable.ts";
import { mostErrors } from "./invalid.ts";

/** The result of a check: the value as the schema returns it, or its first faults. */
export type Checked =
  | { readonly kind: "valid"; readonly value: unknown }
  | {
      readonly kind: "invalid";
      /** At most `mostErrors`. */
      readonly errors: readonly FieldError[];
      /** How many others there are. */
      readonly more: number;
    };

/** The schema does not do what a schema does. The message says what the author is to change. */
export class SchemaMisbehaved extends TypeError {}

/** What is wrong with such a schema, and the remedy. */
export const asynchronous = "it is asynchronous: check in run what takes time";

/**
 * @throws SchemaMisbehaved if the schema is asynchronous, or returns nonsense; what it throws itself
 */
export function checkStandard(schema: Schema, value: unknown): Checked {
  const result: unknown = schema["~standard"].validate(value);
  if (!isThenable(result)) return readResult(result);
  result.then(undefined, () => {}); // Nobody waits for it, so nobody else would take its error.
  throw new SchemaMisbehaved(asynchronous);
}

/** The same. Waits for a schema that is asynchronous. */
export function checkStandardInTime(schema: Schema, value: unknown): Checked | Promise<Checked> {
  const result: unknown = schema["~standard"].validate(value);
  return isThenable(result) ? Promise.resolve(result).then(readResult) : readResult(result);
}

function readResult(result: unknown): Checked {
  if (typeof result !== "object" || result === null)
    throw nonsense(result === null ? "null" : `a value of type ${typeof result}`);
  const { issues } = result as { readonly issues?: unknown };
  if (!issues) {
    if (!("value" in result)) throw nonsense("neither a value nor issues");
    return { kind: "valid", value: result.value };
  }
  if (!Array.isArray(issues)) throw nonsense("issues that are no array");
  const errors = plainArray(issues, mostErrors).map(fieldErrorOf);
  if (errors.length === 0) errors.push({ path: "", message: "it is refused, without a reason" });
  return { kind: "invalid", errors, more: Math.max(0, issues.length - errors.length) };
}

function fieldErrorOf(issue: unknown): FieldError {
  const { path } = Object(issue) as { readonly path?: unknown };
  const keys = Array.isArray(path) ? plainArray(path).map(keyOf) : [];
  return { path: jsonPointer(keys), message: messageOf(issue) };
}

/** A part of a path is a key, or an object that has it. */
function keyOf(part: unknown): PropertyKey {
  const key = typeof part === "object" && part !== null && "key" in part ? part.key : part;
  return typeof key === "symbol" || typeof key === "number" ? key : String(key);
}

/** arktype has classes of arrays, and `map` would make another one of them. */
function plainArray(array: readonly unknown[], most = array.length): unknown[] {
  return Array.from({ length: Math.min(array.length, most) }, (_, index) => array[index]);
}

function nonsense(what: string): SchemaMisbehaved {
  return new SchemaMisbehaved(
    `it returned ${what}: use a schema of a library that follows Standard Schema`,
  );
}
