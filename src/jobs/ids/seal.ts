import { hash } from "node:crypto";

const blockBytes = 64;
const hashBytes = 32;

/**
 * HMAC-SHA-256 (RFC 2104) of a short text and a number of `seqBytes` bytes. Two one-shot hashes over
 * buffers that are made once take a third of the time of `createHmac`, which makes an object for each.
 */
export class Seal {
  readonly #inner: Buffer;
  readonly #outer = Buffer.alloc(blockBytes + hashBytes);
  readonly #seqAt: number;
  readonly #seqBytes: number;

  constructor(secret: Uint8Array, purpose: string, seqBytes: number) {
    const key = secret.length > blockBytes ? hash("sha256", secret, "buffer") : secret;
    const text = Buffer.from(purpose);
    this.#seqBytes = seqBytes;
    this.#seqAt = blockBytes + text.length;
    this.#inner = Buffer.alloc(this.#seqAt + seqBytes);
    for (let at = 0; at < blockBytes; at++) {
      this.#inner[at] = (key[at] ?? 0) ^ 0x36;
      this.#outer[at] = (key[at] ?? 0) ^ 0x5c;
    }
    this.#inner.set(text, blockBytes);
  }

  /** @returns the code; the caller may keep it */
  of(seq: number): Buffer {
    this.#inner.writeUIntBE(seq, this.#seqAt, this.#seqBytes);
    this.#outer.set(hash("sha256", this.#inner, "buffer"), blockBytes);
    return hash("sha256", this.#outer, "buffer");
  }
}
