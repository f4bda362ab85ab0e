import type { Context } from "koa";
import { AppError } from "../errors.ts";
import { chooseInflate, inflateBody, limitCompressed } from "./inflate-body.ts";
import { BodyBuffer, explainTooLarge, receiveBody } from "./receive-body.ts";

/** JSON is written in UTF-8 (RFC 8259, section 8.1). ASCII is part of it. */
const utf8Names = ["", "utf-8", "utf8", "us-ascii"];

/** A body that is not UTF-8 is refused: a lenient decoder would change the input in silence. */
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a body as text, compressed or not. The limit counts what comes out of the compression.
 *
 * @throws AppError `unsupported-media-type`, `malformed-request`, `body-too-large`, `overloaded`
 */
export async function readText(ctx: Context, limitBytes: number): Promise<string> {
  if (!hasBody(ctx)) return "";
  const { charset } = ctx.request;
  if (!utf8Names.includes(charset.toLowerCase())) {
    const detail = `The body came in the charset ${charset}. Send JSON in UTF-8.`;
    throw new AppError("unsupported-media-type", detail);
  }
  const inflate = chooseInflate(ctx.req.headers["content-encoding"]);
  const most = inflate ? limitCompressed(limitBytes) : limitBytes;
  if ((ctx.request.length ?? 0) > most) {
    ctx.req.resume();
    throw explainTooLarge(limitBytes);
  }
  const received = new BodyBuffer(limitBytes, most);
  try {
    await receiveBody(ctx.req, received);
    const { bytes } = received;
    return decode(inflate ? await inflateBody(inflate, bytes, limitBytes) : bytes);
  } finally {
    received.release();
  }
}

/** Node sets up no stream for a request without a body, so reading one would never end. */
function hasBody({ req, request }: Context): boolean {
  return req.headers["transfer-encoding"] !== undefined || Boolean(request.length);
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    const detail = "The body is not valid UTF-8. Encode the JSON in UTF-8, and bytes in base64.";
    throw new AppError("malformed-request", detail);
  }
}
