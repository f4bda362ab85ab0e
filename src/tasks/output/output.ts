import { constants } from "node:buffer";
import { AppError, type Fault, messageOf, restoreError, toFault } from "../../errors.ts";
import type { Task } from "../task.ts";
import { ownBytes } from "./given-away.ts";
import { JsonWriter } from "./json-writer.ts";
import { isPlainJson } from "./plain-json.ts";

/** The longest JSON text of an output: V8's longest string, less room for the rest of an answer. */
const mostJson = constants.MAX_STRING_LENGTH - 10_000;

/** JSON text without its bytes. They stand in base64 between each two of the texts. */
export interface SplitJson {
  readonly texts: readonly string[];
  readonly bytes: readonly Uint8Array[];
}

/** JSON text, split if it has bytes. */
type OutputJson = { readonly json: string } | SplitJson;

/** The JSON of an output, or why JSON cannot hold it. */
export type WriteResult = OutputJson | { readonly fault: Fault };

/** An output as JSON, written where it was computed. It goes between threads in this form. */
export class WrittenOutput {
  readonly #written: WriteResult;

  constructor(written: WriteResult) {
    this.#written = written;
  }

  /** @throws Error where JSON cannot hold it */
  get text(): OutputJson {
    if ("fault" in this.#written) throw restoreError(this.#written.fault);
    return this.#written;
  }

  /** @throws Error where JSON cannot hold it */
  get json(): string {
    return joinJson(this.text);
  }
}

/**
 * Writing an output on its thread and copying the text is faster than cloning the output and
 * writing it on the event loop: 1.2 to 1.5 times the runs of the task `json`, with 1 KB to 1 MB.
 */
export function writeOutput(output: unknown): WriteResult {
  try {
    return writeSplit(output);
  } catch (error) {
    return { fault: toFault(error) };
  }
}

/**
 * JSON text of anything, with its bytes in base64.
 *
 * @throws TypeError that says what JSON cannot hold, and where; or an error of the value itself
 */
export function writeJson(value: unknown): string {
  return joinJson(writeSplit(value));
}

/**
 * JSON text of a task's output, with its bytes in base64.
 *
 * @throws AppError `task-failed` where JSON cannot hold it
 */
export function jsonOf(task: Task, output: unknown): string {
  return useJsonOf(task, output, joinJson);
}

/** JSON text, and the place of its bytes if it has exactly one run of them. */
export interface JsonWithBytes {
  readonly json: string;
  /**
   * The index of the quotation mark before the base64; undefined if there are no bytes, or several
   * runs.
   */
  readonly bytesAt: number | undefined;
}

/**
 * JSON text of a task's output, from which its bytes can be read again.
 *
 * @throws AppError `task-failed` if JSON cannot hold it
 */
export function jsonWithBytes(task: Task, output: unknown): JsonWithBytes {
  return useJsonOf(task, output, (text) => {
    const hasOne = "bytes" in text && text.bytes.length === 1;
    return { json: joinJson(text), bytesAt: hasOne ? text.texts[0]?.length : undefined };
  });
}

/** The bytes whose place `jsonWithBytes` returned. */
export function bytesAtPlace(json: string, bytesAt: number): Buffer<ArrayBuffer> {
  return Buffer.from(json.slice(bytesAt + 1, json.indexOf('"', bytesAt + 1)), "base64");
}

/**
 * The bytes of a task's output if it has exactly one run of them, at any depth. Nobody else uses
 * them: the task may write to its own while they are being sent.
 *
 * @throws AppError `task-failed` if JSON cannot hold the output
 */
export function onlyBytesOf(task: Task, output: unknown): Uint8Array | undefined {
  return useJsonOf(task, output, (text) => {
    if ("json" in text || text.bytes.length !== 1) return undefined;
    const [only] = output instanceof WrittenOutput ? text.bytes : ownBytes(text.bytes);
    return only;
  });
}

/** Calls `make` with the output's text. `make` too may find that the text is too long. */
function useJsonOf<Made>(task: Task, output: unknown, make: (text: OutputJson) => Made): Made {
  try {
    return make(output instanceof WrittenOutput ? output.text : writeSplit(output));
  } catch (error) {
    const detail = `Task ${task.name} returned something that JSON cannot hold: ${messageOf(error)}`;
    throw new AppError("task-failed", detail, { cause: error });
  }
}

function writeSplit(output: unknown = null): OutputJson {
  try {
    if (isPlainJson(output)) return { json: JSON.stringify(output) };
    const { texts, bytes } = new JsonWriter(output);
    return bytes.length === 0 ? { json: texts[0] ?? "" } : { texts, bytes };
  } catch (error) {
    throw isTooLong(error) ? tooLongError(error) : error;
  }
}

/** @throws RangeError if the text would be too long, before it makes any of it */
function joinJson(text: OutputJson): string {
  if (lengthOf(text) > mostJson) throw tooLongError();
  if ("json" in text) return text.json;
  const { texts, bytes } = text;
  let json = texts[0] ?? "";
  for (const [index, { buffer, byteOffset, byteLength }] of bytes.entries()) {
    const base64 = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
    json += `"${base64}"${texts[index + 1] ?? ""}`;
  }
  return json;
}

function lengthOf(text: OutputJson): number {
  if ("json" in text) return text.json.length;
  const plain = text.texts.reduce((sum, { length }) => sum + length, 0);
  const inBase64 = (sum: number, { byteLength }: Uint8Array) =>
    sum + 4 * Math.ceil(byteLength / 3) + 2;
  return text.bytes.reduce(inBase64, plain);
}

/** V8's error for a string that would be too long. */
function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && error.message === "Invalid string length";
}

function tooLongError(cause?: unknown): RangeError {
  const message = `more than ${mostJson} characters of JSON: return less`;
  return new RangeError(message, { cause });
}
