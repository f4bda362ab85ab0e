import { AppError, messageOf } from "../errors.ts";
import type { Task } from "./task.ts";

/**
 * The bytes in an output: the output itself or its direct properties, where they are `Uint8Array`s.
 * These are moved between threads, and written as base64 in JSON.
 */
export function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.values(value).filter((property) => property instanceof Uint8Array);
}

/** What JSON would leave out without a word. */
const unwritable = new Set(["function", "symbol"]);

/**
 * JSON text of a task's output, or of an object that holds it, with its bytes in base64.
 *
 * @param output decides whether there are bytes at all; a replacer takes time
 * @throws AppError `task-failed` where JSON cannot hold it
 */
export function jsonOf(task: Task, value: unknown, output: unknown): string {
  try {
    if (unwritable.has(typeof output)) throw new TypeError(`a ${typeof output}`);
    return JSON.stringify(value, bytesIn(output).length > 0 ? bytesAsBase64 : undefined);
  } catch (error) {
    const detail = `Task ${task.name} returned something that JSON cannot hold: ${messageOf(error)}`;
    throw new AppError("task-failed", detail, { cause: error });
  }
}

/** A replacer for JSON.stringify, which has called toJSON on `value` already: a Buffer's is a list. */
function bytesAsBase64(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const bytes = this[key];
  if (!(bytes instanceof Uint8Array)) return value;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
