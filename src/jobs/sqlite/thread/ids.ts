import { createHmac } from "node:crypto";

const seqBytes = 6;
const macBytes = 10;
const idLength = Math.ceil(((seqBytes + macBytes) * 4) / 3);

/**
 * Public names of rows: the row's number and a message authentication code of it (HMAC-SHA-256, RFC
 * 2104, cut to 80 bits) under the file's own secret, in base64url. So an id is found without an
 * index of its own, cannot be guessed from another one, and still proves that it was given out when
 * its row is long gone. Cursors are made the same way, for another purpose.
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

  /** @returns undefined for what is no id of this file */
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
