import { promisify } from "node:util";
import { brotliDecompress, unzip } from "node:zlib";
import { AppError, messageOf, propertyOf } from "../errors.ts";
import { tooLarge } from "./received.ts";

type Inflate = (bytes: Uint8Array, options: object) => Promise<Uint8Array>;

const unzipped: Inflate = promisify(unzip);
const brotliDecompressed: Inflate = promisify(brotliDecompress);

/** For each a place on libuv's threads, and up to --body-limit of memory. */
const mostAtOnce = 2;

/** Each piece of output waits for its turn on libuv's threads, where runs may compute. */
const chunkSize = 128 * 1024;

const waiting: (() => void)[] = [];
let underWay = 0;

/** @returns what undoes a content coding; nothing where there is none. Names are case-insensitive. */
export function inflaterOf(coding = "identity"): Inflate | undefined {
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
      const detail = `The body came in the coding ${coding}. Send it as it is, or compressed by gzip, deflate or br.`;
      throw new AppError("unsupported-media-type", detail);
    }
  }
}

/** What compressing may add to a body that it cannot make smaller, with gzip's header. */
export function compressedBytes(bytes: number): number {
  return bytes + Math.ceil(bytes / 1000) + 1024;
}

/**
 * Decompresses a body that has come whole, a few at a time. A decompressor for each body under way
 * would cost 40 KB and more for a client that has sent a few bytes, and what came out of it so far.
 *
 * @throws AppError `body-too-large` as soon as more than the limit comes out, `malformed-request`
 */
export async function inflated(
  inflate: Inflate,
  bytes: Uint8Array,
  limitBytes: number,
): Promise<Uint8Array> {
  await turn();
  try {
    return await inflate(bytes, { maxOutputLength: limitBytes, chunkSize });
  } catch (error) {
    if (propertyOf(error, "code") === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limitBytes);
    const detail = `The body is not compressed as its Content-Encoding says: ${messageOf(error)}.`;
    throw new AppError("malformed-request", detail);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else underWay--;
  }
}

/** Resolves when one of the places is the caller's: whoever leaves hands it on. */
async function turn(): Promise<void> {
  if (underWay < mostAtOnce) underWay++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
}
