import { messageOf } from "../../message-of.ts";
import type { Field, Variant } from "./fields.ts";

export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

export type ReadInput =
  | { readonly ok: true; readonly input: unknown }
  | { readonly ok: false; readonly faults: readonly FieldFault[] };

/**
 * Makes an input of what was typed. What is empty is left out, and the task takes its default. Whether
 * the rest is right is for the server to say.
 *
 * @param typed by the paths of the fields
 */
export function readInput(variant: Variant, typed: ReadonlyMap<string, string>): ReadInput {
  const faults: FieldFault[] = [];
  const input: Record<string, unknown> = {};
  if (variant.chosenBy) input[variant.chosenBy.name] = variant.chosenBy.value;
  for (const field of variant.fields) {
    const text = typed.get(field.path) ?? "";
    const read = text === "" ? readNothing(field) : readText(field, text);
    if ("message" in read) faults.push({ path: field.path, message: read.message });
    else if (read.value !== undefined) input[field.name] = read.value;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, input };
}

/** Reads a whole input that was written as JSON. */
export function readJson(text: string): ReadInput {
  const read = parse(text);
  if ("message" in read) return { ok: false, faults: [{ path: "", message: read.message }] };
  return { ok: true, input: read.value };
}

type Read = { readonly value: unknown } | { readonly message: string };

function readNothing({ kind, isRequired }: Field): Read {
  if (!isRequired) return { value: undefined };
  return kind === "text" ? { value: "" } : { message: "Give a value: there is no default." };
}

function readText({ kind, choices }: Field, text: string): Read {
  switch (kind) {
    case "text":
      return { value: text };
    case "choice":
      return { value: choices.find((choice) => String(choice) === text) };
    case "number":
      return Number.isFinite(Number(text))
        ? { value: Number(text) }
        : { message: "Write a number." };
    case "json":
      return parse(text);
  }
}

function parse(text: string): Read {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { message: `This is not JSON: ${messageOf(error)}` };
  }
}

/** What stands in the fields for an input, such as the task's example. */
export function typedFor(variant: Variant, input: unknown): Map<string, string> {
  const typed = new Map<string, string>();
  if (typeof input !== "object" || input === null) return typed;
  for (const { name, path, kind } of variant.fields) {
    const value = (input as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) continue;
    typed.set(path, kind === "json" ? JSON.stringify(value, null, 2) : String(value));
  }
  return typed;
}
