/** The input of a task as it is typed: JSON or a file. Only the task tells whether it takes bytes. */
import { readFileSync } from "node:fs";
import { messageOf } from "../../src/errors.ts";
import { bareType, isOfType } from "../../src/tasks/bytes/media-type.ts";
import { UsageError } from "./failures.ts";
import { defineRepeatable, defineSingle, type Reader, type ValuesOf } from "./option.ts";
import { readJson, readText } from "./readers.ts";
import type { BytesBody } from "./task-post.ts";

/** Plain data: it is sent to other processes. The file is read where it is needed. */
export interface GivenInput {
  /** Undefined if no JSON was given. */
  readonly json: unknown;
  /** Its path. Null if no file was given. */
  readonly file: string | null;
  /** The media type of bytes. Null if none was given. */
  readonly type: string | null;
  /** Parameters beside bytes. */
  readonly query: Readonly<Record<string, string>>;
}

export const noInput: GivenInput = { json: undefined, file: null, type: null, query: {} };

export function giveJson(json: unknown): GivenInput {
  return { ...noInput, json };
}

/** Stands for all types, where a task names none. */
export const anyType = "*/*";

/** The type of bytes whose user has named none. */
export const unknownType = "application/octet-stream";

/** @param byDefault what is sent where no input is given */
export function defineInputOptions(byDefault: string) {
  return {
    input: defineSingle(
      "JSON|@FILE",
      readInput,
      {},
      `The task's input. A task that takes bytes gets the file as it is. Default: ${byDefault}.`,
    ),
    type: defineSingle(
      "TYPE",
      readText,
      null,
      `The media type of an input that is bytes. Default: ${unknownType}.`,
    ),
    query: defineRepeatable(
      "NAME=VALUE",
      readPair,
      "A parameter beside bytes. May be given several times.",
    ),
  };
}

export function gatherInput({
  input,
  type,
  query,
}: ValuesOf<ReturnType<typeof defineInputOptions>>): GivenInput {
  return { ...noInput, ...input, type, query: Object.fromEntries(query) };
}

export function isGiven({ json, file, type, query }: GivenInput): boolean {
  return json !== undefined || file !== null || type !== null || Object.keys(query).length > 0;
}

/**
 * The input of a task that takes JSON. Undefined if none was given.
 *
 * @throws UsageError that names the option and the remedy
 */
export function requireJson(task: string, { json, file, type, query }: GivenInput): unknown {
  if (type !== null || Object.keys(query).length > 0) {
    const flag = type === null ? "--query" : "--type";
    throw new UsageError(`${flag}: ${task} takes JSON and no bytes. Leave it out`);
  }
  if (file === null) return json;
  try {
    return JSON.parse(readInputFile(file).toString()) as unknown;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // The reason has some of the file's text, which may be anything.
    const why = messageOf(error).replaceAll(/[^ -~]/g, "?");
    throw new UsageError(`--input @${file}: ${task} takes JSON, and this is none (${why})`);
  }
}

/**
 * The body of a request to a task that takes bytes.
 *
 * @param types media types that the task takes
 * @throws UsageError that says how to give a file, or of which type
 */
export function requireBytes(
  task: string,
  { file, type, query }: GivenInput,
  types: readonly string[],
): BytesBody {
  if (file !== null) {
    const named = type ?? unknownType;
    const takes = types.includes(anyType) || isOfType(bareType(named), types);
    if (takes) return { data: readInputFile(file), type: named, query };
    const flag = type === null ? "Add --type TYPE" : `--type ${type}`;
    throw new UsageError(`${flag}: ${task} takes ${types.join(", ")}`);
  }
  const [first = anyType] = types;
  const which = first === anyType ? "" : ` (${types.join(", ")})`;
  const remedy = `--input @FILE --type ${first.includes("*") ? "TYPE" : first}`;
  throw new UsageError(`--input: ${task} takes bytes${which}. Give it a file: ${remedy}`);
}

function readInputFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`--input @${path}: cannot be read (${messageOf(error)})`);
  }
}

const readInput: Reader<Partial<GivenInput>> = (text, flag) =>
  text.startsWith("@") ? { file: text.slice(1) } : { json: readJson(text, flag) };

const readPair: Reader<readonly [name: string, value: string]> = (text, flag) => {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`${flag} ${JSON.stringify(text)}: write it as NAME=VALUE`);
};
