import { createHmac } from "node:crypto";

const seqBytes = 6;
const macBytes = 10;
const idLength = Math.ceil(((seqBytes + macBytes) * 4) / 3);

/**
 * Public ids of rows: the row's number and its message authentication code (HMAC-SHA-256, RFC 2104,
 * cut to 80 bits) under the file's own secret, in base64url. So an id needs no index, cannot be
 * guessed from another one, and proves that it was given out even when its row is gone. Cursors are
 * made the same way, for another purpose.
 */
export class Ids {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  idOf(seq: number): string {
    return this.#sealed("job", seq);
  }

  cursorOf(seq: number): string {
    return this.#sealed("cursor", seq);
  }

  /** @returns undefined if the text is no id of this file */
  seqOfId(id: string): number | undefined {
    return this.#opened("job", id);
  }

  seqOfCursor(cursor: string): number | undefined {
    return this.#opened("cursor", cursor);
  }

  #sealed(purpose: string, seq: number): string {
    const number = Buffer.alloc(seqBytes);
    number.writeUIntBE(seq, 0, seqBytes);
    const mac = createHmac("sha256", this.#secret).update(purpose).update(number).digest();
    return Buffer.concat([number, mac.subarray(0, macBytes)]).toString("base64url");
  }

  #opened(purpose: string, text: string): number | undefined {
    if (text.length !== idLength) return undefined;
    const seq = Buffer.from(text, "base64url").readUIntBE(0, seqBytes);
    return this.#sealed(purpose, seq) === text ? seq : undefined;
  }
}
