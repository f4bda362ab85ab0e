import type { IncomingMessage } from "node:http";
import { createBrotliDecompress, createUnzip } from "node:zlib";
import { parse } from "@hapi/bourne";
import type { Context } from "koa";
import rawBody from "raw-body";
import { AppError, messageOf } from "../errors.ts";

/** Names of what JSON is written in (RFC 8259, section 8.1), and of the part of it that is ASCII. */
const utf8Names = ["", "utf-8", "utf8", "us-ascii"];

/**
 * Reads a JSON body, compressed or not, up to the limit (which counts what comes out of it).
 *
 * @throws AppError `unsupported-media-type`, `malformed-request` or `body-too-large`
 */
export async function readJson(ctx: Context, limitBytes: number): Promise<unknown> {
  const text = await readText(ctx, limitBytes, ["json", "+json"]);
  return parseJson(text);
}

/**
 * Reads a body as text, compressed or not, up to the limit (which counts what comes out of it).
 *
 * @param types the content types that are taken, as `ctx.is` has them
 * @throws AppError `malformed-request`, `body-too-large`, `unsupported-media-type`
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
  const text = decoded(await readBytes(ctx.req, ctx.request.length, limitBytes));
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

async function readBytes(
  request: IncomingMessage,
  lengthBytes: number | undefined,
  limitBytes: number,
): Promise<Uint8Array> {
  const unzipped = decompressor(request);
  if (unzipped) {
    // A pipe hands on neither an error nor the end of a client that goes.
    request.once("error", (error) => unzipped.destroy(error));
    request.pipe(unzipped);
  }
  const length = unzipped ? null : lengthBytes;
  try {
    return await rawBody(unzipped ?? request, { limit: limitBytes, length: length ?? null });
  } catch (error) {
    throw unread(error as { type?: unknown }, request, limitBytes);
  } finally {
    unzipped?.destroy();
  }
}

/** @returns nothing where the body is not compressed; codings are case-insensitive (RFC 9110). */
function decompressor(request: IncomingMessage) {
  const coding = request.headers["content-encoding"] || "identity";
  switch (coding.toLowerCase()) {
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
    case "deflate":
      return createUnzip();
    case "br":
      return createBrotliDecompress();
    default: {
      const detail = `The body came in the coding ${coding}. Send it as it is, or compressed by gzip, deflate or br.`;
      throw new AppError("unsupported-media-type", detail);
    }
  }
}

/**
 * The rest of the body is let go by, for as long as a request may take (--request-timeout): a
 * connection that is closed with bytes unread is reset, and a client that sends all before it reads
 * would not see the answer.
 */
function unread(error: { type?: unknown }, request: IncomingMessage, limitBytes: number): AppError {
  request.resume();
  if (error.type === "entity.too.large") {
    const detail = `The body is larger than ${limitBytes} bytes (--body-limit). Send less, or have the server started with a higher --body-limit.`;
    return new AppError("body-too-large", detail);
  }
  return unreadable(messageOf(error));
}

function unreadable(why: string): AppError {
  return new AppError("malformed-request", `The body is not readable as JSON: ${why}.`);
}

function empty(): AppError {
  return new AppError("malformed-request", "The body is empty. Send the input as JSON.");
}
