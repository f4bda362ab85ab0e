import { parse } from "@hapi/bourne";
import type { Context } from "koa";
import { AppError, messageOf } from "../errors.ts";
import { compressedBytes, inflated, inflaterOf } from "./inflated.ts";
import { Received, receive, tooLarge } from "./received.ts";

/** Names of what JSON is written in (RFC 8259, section 8.1), and of the part of it that is ASCII. */
const utf8Names = ["", "utf-8", "utf8", "us-ascii"];

/**
 * Reads a JSON body, compressed or not, up to the limit (which counts what comes out of it).
 *
 * @throws AppError `unsupported-media-type`, `malformed-request`, `body-too-large`, `overloaded`
 */
export async function readJson(ctx: Context, limitBytes: number): Promise<unknown> {
  const text = await readText(ctx, limitBytes, ["json", "+json"]);
  return parseJson(text);
}

/**
 * Reads a body as text, compressed or not, up to the limit (which counts what comes out of it).
 *
 * @param types the content types that are taken, as `ctx.is` has them
 * @throws AppError `unsupported-media-type`, `malformed-request`, `body-too-large`, `overloaded`
 */
export async function readText(
  ctx: Context,
  limitBytes: number,
  types: [string, ...string[]],
): Promise<string> {
  const type = ctx.is(...types);
  if (type === null || ctx.request.length === 0) throw empty();
  if (type === false) {
    const sent = ctx.get("Content-Type") || "no content type";
    const detail = `The body came as ${sent}. Send JSON, with Content-Type: application/json.`;
    throw new AppError("unsupported-media-type", detail);
  }
  const { charset } = ctx.request;
  if (!utf8Names.includes(charset.toLowerCase())) {
    const detail = `The body came in the charset ${charset}. Send JSON in UTF-8.`;
    throw new AppError("unsupported-media-type", detail);
  }
  const text = await readDecoded(ctx, limitBytes);
  if (text === "") throw empty();
  return text;
}

/** @throws AppError `malformed-request` that says where reading stopped */
export function parseJson(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw unreadable(messageOf(error));
  }
}

/** One that puts U+FFFD for what it cannot read would change the input in silence. */
const decoder = new TextDecoder("utf-8", { fatal: true });

function decoded(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    const detail = "The body is not valid UTF-8. Encode the JSON in UTF-8, and bytes in base64.";
    throw new AppError("malformed-request", detail);
  }
}

/** @throws AppError as `receive` and `inflated` do */
async function readDecoded(ctx: Context, limitBytes: number): Promise<string> {
  const inflate = inflaterOf(ctx.req.headers["content-encoding"]);
  const most = inflate ? compressedBytes(limitBytes) : limitBytes;
  if ((ctx.request.length ?? 0) > most) {
    ctx.req.resume();
    throw tooLarge(limitBytes);
  }
  const received = new Received(limitBytes, most);
  try {
    await receive(ctx.req, received);
    const { bytes } = received;
    return decoded(inflate ? await inflated(inflate, bytes, limitBytes) : bytes);
  } finally {
    received.release();
  }
}

function unreadable(why: string): AppError {
  return new AppError("malformed-request", `The body is not readable as JSON: ${why}.`);
}

function empty(): AppError {
  return new AppError("malformed-request", "The body is empty. Send the input as JSON.");
}
