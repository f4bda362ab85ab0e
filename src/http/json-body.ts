import { parse } from "@hapi/bourne";
import type { Context } from "koa";
import { AppError, messageOf } from "../errors.ts";
import { readText } from "./body.ts";

/** No type, and the type that `curl -d` sends. Such a body may still be JSON. */
const unnamedTypes = ["", "application/x-www-form-urlencoded"];

/** A body that was read, and is not parsed yet. */
export interface JsonBody {
  readonly text: string;
  /** Whether the client named one of the expected types. */
  readonly isNamed: boolean;
}

/**
 * Reads a JSON body. A client that sends nothing and names no type has no input to give.
 *
 * @returns undefined if there is no input
 * @throws AppError `unsupported-media-type`, `malformed-request`, `body-too-large`, `overloaded`
 */
export async function readInput(ctx: Context, limitBytes: number): Promise<unknown> {
  const body = await readJsonBody(ctx, limitBytes);
  if (body.text === "" && !body.isNamed) return undefined;
  return parseBody(body);
}

/**
 * Reads the text of a JSON body, or of one of the other types.
 *
 * @throws AppError as `readInput` does
 */
export async function readJsonBody(
  ctx: Context,
  limitBytes: number,
  otherTypes: readonly string[] = [],
): Promise<JsonBody> {
  const type = readMediaType(ctx);
  const isNamed = isJson(type) || otherTypes.includes(type);
  if (!isNamed) requireUnnamed(type);
  return { text: await readText(ctx, limitBytes), isNamed };
}

/**
 * Parses a body as JSON.
 *
 * @throws AppError `malformed-request`; `unsupported-media-type` if the body does not even begin like JSON
 */
export function parseBody({ text, isNamed }: JsonBody): unknown {
  if (text === "") {
    throw new AppError("malformed-request", "The body is empty. Send JSON.");
  }
  if (isNamed || /^\s*[[{"]/.test(text)) return parseJson(text);
  try {
    return parse(text);
  } catch {
    throw new AppError("unsupported-media-type", `The body is not JSON. ${remedy}`);
  }
}

/** @throws AppError `malformed-request` that says where reading stopped */
export function parseJson(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const detail = `The body is not readable as JSON: ${messageOf(error)}.`;
    throw new AppError("malformed-request", detail);
  }
}

/** Reads the content type without its parameters. Names are case-insensitive. */
export function readMediaType(ctx: Context): string {
  return ctx.request.type.trim().toLowerCase();
}

function isJson(type: string): boolean {
  return type === "application/json" || type.endsWith("+json");
}

const remedy =
  "Send JSON, with Content-Type: application/json (curl: -H 'content-type: application/json').";

/** Requires a type that may hide JSON. A page of another site does not get this far (guard/). */
function requireUnnamed(type: string): void {
  if (unnamedTypes.includes(type)) return;
  throw new AppError("unsupported-media-type", `The body came as ${type}. ${remedy}`);
}
