import { AppError, errorOf, type Fault, faultOf, messageOf } from "../errors.ts";
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

/** What came of writing an output as JSON: its text, or why JSON cannot hold it. */
export type Written = { readonly json: string } | { readonly fault: Fault };

/** An output without bytes that was written where it was computed, to cross as text. */
export class WrittenOutput {
  readonly #written: Written;

  constructor(written: Written) {
    this.#written = written;
  }

  /** @throws Error where JSON cannot hold it */
  get json(): string {
    if ("fault" in this.#written) throw errorOf(this.#written.fault);
    return this.#written.json;
  }
}

/**
 * For a `WrittenOutput`. To write it here and to copy the text is quicker than to clone it and to
 * write it there: the task `json` does 1.2 to 1.5 times the runs, with 1 KB to 1 MB.
 */
export function written(output: unknown): Written {
  try {
    return { json: jsonText(output) };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/**
 * JSON text of a task's output, with its bytes in base64.
 *
 * @throws AppError `task-failed` where JSON cannot hold it
 */
export function jsonOf(task: Task, output: unknown): string {
  try {
    return output instanceof WrittenOutput ? output.json : jsonText(output);
  } catch (error) {
    const detail = `Task ${task.name} returned something that JSON cannot hold: ${messageOf(error)}`;
    throw new AppError("task-failed", detail, { cause: error });
  }
}

function jsonText(output: unknown = null): string {
  if (unwritable.has(typeof output)) throw new TypeError(`a ${typeof output}`);
  // Only where there are bytes: a replacer takes time.
  return JSON.stringify(output, bytesIn(output).length > 0 ? bytesAsBase64 : undefined) ?? "null";
}

/** A replacer for JSON.stringify, which has called toJSON on `value` already: a Buffer's is a list. */
function bytesAsBase64(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const bytes = this[key];
  if (!(bytes instanceof Uint8Array)) return value;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
