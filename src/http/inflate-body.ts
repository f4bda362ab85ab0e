import { promisify } from "node:util";
import { brotliDecompress, unzip } from "node:zlib";
import { AppError, messageOf, propertyOf } from "../errors.ts";
import type { BodyLimit } from "./receive-body.ts";

type Inflate = (bytes: Uint8Array, options: object) => Promise<Uint8Array>;

const unzipped: Inflate = promisify(unzip);
const brotliDecompressed: Inflate = promisify(brotliDecompress);

/** Most bodies at once. Each takes one of libuv's threads, and up to `--body-limit` of memory. */
const mostAtOnce = 2;

/** Large pieces, because each one queues for libuv's threads, where runs may compute. */
const chunkSize = 128 * 1024;

const waiting: (() => void)[] = [];
let underWay = 0;

/** Chooses what undoes a content coding; undefined if there is none. Names are case-insensitive. */
export function chooseInflate(coding = "identity"): Inflate | undefined {
  switch (coding.toLowerCase()) {
    case "":
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
    case "deflate":
      return unzipped;
    case "br":
      return brotliDecompressed;
    default: {
      const detail = `The body came in the coding ${coding}. Send it plain, or compressed by gzip, deflate or br.`;
      throw new AppError("unsupported-media-type", detail);
    }
  }
}

/** The limit of the compressed bytes. Compression can make a body larger; gzip adds a header. */
export function limitCompressed(bytes: number): number {
  return bytes + Math.ceil(bytes / 1000) + 1024;
}

/**
 * Decompresses a complete body, a few bodies at a time. To decompress while receiving would cost 40 KB
 * and more for each client, even for one that has sent a few bytes.
 *
 * @throws AppError `body-too-large` as soon as more than the limit comes out, `malformed-request`
 */
export async function inflateBody(
  inflate: Inflate,
  bytes: Uint8Array,
  limit: BodyLimit,
): Promise<Uint8Array> {
  await turn();
  try {
    return await inflate(bytes, { maxOutputLength: limit.bytes, chunkSize });
  } catch (error) {
    if (propertyOf(error, "code") === "ERR_BUFFER_TOO_LARGE") throw limit.tooLarge();
    const detail = `The body does not match its Content-Encoding: ${messageOf(error)}.`;
    throw new AppError("malformed-request", detail);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else underWay--;
  }
}

/** Resolves when the caller may decompress. Whoever finishes hands its place on. */
async function turn(): Promise<void> {
  if (underWay < mostAtOnce) underWay++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
}
