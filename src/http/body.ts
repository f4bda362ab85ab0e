import type { Context } from "koa";
import { AppError } from "../errors.ts";
import { giveAway } from "../tasks/output/given-away.ts";
import { chooseInflate, inflateBody, limitCompressed } from "./inflate-body.ts";
import { BodyBuffer, type BodyLimit, receiveBody, serverLimit } from "./receive-body.ts";

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
  const received = await receiveWhole(ctx, serverLimit(limitBytes));
  try {
    return decode(received.bytes);
  } finally {
    received.release();
  }
}

/** A body that was received. It counts among all bodies until it is released. */
export interface HeldBody {
  /** In a buffer of their own, given away: they can be moved to a thread. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  release(): void;
}

/**
 * Reads a body as it is, once its compression is undone.
 *
 * @throws AppError as `readText` does
 */
export async function readBytes(ctx: Context, limit: BodyLimit): Promise<HeldBody> {
  if (!hasBody(ctx)) return { bytes: new Uint8Array(0), release: () => {} };
  const received = await receiveWhole(ctx, limit);
  return { bytes: giveAway(ownBuffer(received.bytes)), release: () => received.release() };
}

/** The caller releases it. */
async function receiveWhole(ctx: Context, limit: BodyLimit): Promise<BodyBuffer> {
  const inflate = chooseInflate(ctx.req.headers["content-encoding"]);
  const most = inflate ? limitCompressed(limit.bytes) : limit.bytes;
  const announced = ctx.request.length ?? most;
  if (announced > most) {
    ctx.req.resume();
    throw limit.tooLarge();
  }
  const received = new BodyBuffer(limit, announced);
  try {
    await receiveBody(ctx.req, received);
    if (inflate) received.replace(await inflateBody(inflate, received.bytes, limit));
    return received;
  } catch (error) {
    received.release();
    throw error;
  }
}

/** Node sets up no stream for a request without a body, so reading one would never end. */
function hasBody({ req, request }: Context): boolean {
  return req.headers["transfer-encoding"] !== undefined || Boolean(request.length);
}

/** A body in one piece is a part of what was read from the socket. */
function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return isWhole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    const detail = "The body is not valid UTF-8. Encode the JSON in UTF-8, and bytes in base64.";
    throw new AppError("malformed-request", detail);
  }
}
