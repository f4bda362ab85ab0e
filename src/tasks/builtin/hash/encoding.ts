/** How a text stands for bytes. Hex may have either case. Base64 has padding (RFC 4648). */
export const encodings = ["utf8", "hex", "base64"] as const;
export type Encoding = (typeof encodings)[number];

/** How a digest may be written. */
export const digestEncodings = ["hex", "base64"] as const;
export type DigestEncoding = (typeof digestEncodings)[number];

/**
 * Why `text` does not stand for bytes in this encoding; undefined if it does.
 *
 * `Buffer.from` silently drops what it cannot read: two different inputs could give one digest. So
 * the bytes must give back the same text.
 */
export function encodingFault(text: string, encoding: Encoding): string | undefined {
  switch (encoding) {
    case "utf8":
      return text.isWellFormed() ? undefined : "has half of a surrogate pair, which is not text";
    case "hex": {
      const same = Buffer.from(text, "hex").toString("hex") === text.toLowerCase();
      return same ? undefined : "is not hex: give pairs of 0-9 and a-f";
    }
    case "base64": {
      const same = Buffer.from(text, "base64").toString("base64") === text;
      return same ? undefined : "is not base64: give A-Z, a-z, 0-9, + and /, with = as padding";
    }
  }
}
