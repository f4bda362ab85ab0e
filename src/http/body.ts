import parse from "co-body";
import type { Context } from "koa";
import { AppError, messageOf } from "../errors.ts";

/**
 * Reads a JSON body, compressed or not, up to the limit (which counts what comes out of it).
 *
 * @throws AppError `unsupported-media-type`, `malformed-request` or `body-too-large`
 */
export async function readJson(ctx: Context, limitBytes: number): Promise<unknown> {
  const isJson = ctx.is("json", "+json");
  if (isJson === null || ctx.request.length === 0) {
    throw new AppError("malformed-request", "The body is empty. Send the input as JSON.");
  }
  if (isJson === false) {
    const type = ctx.get("Content-Type") || "no content type";
    const detail = `The body came as ${type}. Send JSON, with Content-Type: application/json.`;
    throw new AppError("unsupported-media-type", detail);
  }
  // Codings are case-insensitive (RFC 9110, section 8.4.1); co-body takes them in lower case.
  const coding = ctx.req.headers["content-encoding"];
  if (coding) ctx.req.headers["content-encoding"] = coding.toLowerCase();
  try {
    const body: unknown = await parse.json(ctx.req, { limit: limitBytes, strict: false });
    if (body === "") throw new SyntaxError("it is empty");
    return body;
  } catch (error) {
    throw unreadable(error as { type?: unknown; status?: unknown }, limitBytes);
  }
}

/** co-body, raw-body and inflation tell what went wrong by `type` and `status`. */
function unreadable(error: { type?: unknown; status?: unknown }, limitBytes: number): AppError {
  if (error.type === "entity.too.large") {
    const detail = `The body is larger than ${limitBytes} bytes (--body-limit). Send less.`;
    return new AppError("body-too-large", detail, { headers: { Connection: "close" } });
  }
  if (error.status === 415) {
    const detail = `${messageOf(error)}. Send UTF-8, as it is or compressed by gzip, deflate or br.`;
    return new AppError("unsupported-media-type", detail);
  }
  const detail = `The body is not readable as JSON: ${messageOf(error)}.`;
  return new AppError("malformed-request", detail);
}
