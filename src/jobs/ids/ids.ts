import { Seal } from "./seal.ts";

const seqBytes = 6;
const macBytes = 10;
const idLength = Math.ceil(((seqBytes + macBytes) * 4) / 3);

/** A job is claimed soon after it is submitted, where the queue is short. About 1 MB of texts. */
const mostKept = 8192;

/**
 * Public ids of rows: the row's number and its message authentication code (HMAC-SHA-256, RFC 2104,
 * cut to 80 bits) under the file's own secret, in base64url. So an id needs no index, cannot be
 * guessed from another one, and proves that it was given out even when its row is gone. Cursors are
 * made the same way, for another purpose.
 */
export class Ids {
  readonly #jobs: Seal;
  readonly #batches: Seal;
  readonly #cursors: Seal;
  readonly #batchCursors: Seal;
  readonly #bytes = Buffer.alloc(seqBytes + macBytes);
  /** Ids of jobs that were made last, by the remainder of their number: to make one takes 3 us. */
  readonly #kept: { readonly seq: number; readonly id: string }[] = [];

  constructor(secret: Uint8Array) {
    this.#jobs = new Seal(secret, "job", seqBytes);
    this.#batches = new Seal(secret, "batch", seqBytes);
    this.#cursors = new Seal(secret, "cursor", seqBytes);
    this.#batchCursors = new Seal(secret, "batch cursor", seqBytes);
  }

  idOf(seq: number): string {
    const kept = this.#kept[seq % mostKept];
    if (kept?.seq === seq) return kept.id;
    const id = this.#sealed(this.#jobs, seq);
    this.#kept[seq % mostKept] = { seq, id };
    return id;
  }

  batchIdOf(seq: number): string {
    return this.#sealed(this.#batches, seq);
  }

  cursorOf(seq: number): string {
    return this.#sealed(this.#cursors, seq);
  }

  batchCursorOf(seq: number): string {
    return this.#sealed(this.#batchCursors, seq);
  }

  /** @returns undefined if the text is no id of this file */
  seqOfId(id: string): number | undefined {
    return this.#opened(this.#jobs, id);
  }

  seqOfBatchId(id: string): number | undefined {
    return this.#opened(this.#batches, id);
  }

  seqOfCursor(cursor: string): number | undefined {
    return this.#opened(this.#cursors, cursor);
  }

  seqOfBatchCursor(cursor: string): number | undefined {
    return this.#opened(this.#batchCursors, cursor);
  }

  #sealed(seal: Seal, seq: number): string {
    this.#bytes.writeUIntBE(seq, 0, seqBytes);
    seal.of(seq).copy(this.#bytes, seqBytes, 0, macBytes);
    return this.#bytes.toString("base64url");
  }

  #opened(seal: Seal, text: string): number | undefined {
    if (text.length !== idLength) return undefined;
    const bytes = Buffer.from(text, "base64url");
    if (bytes.length !== seqBytes + macBytes) return undefined; // Some of it was not base64url.
    const seq = bytes.readUIntBE(0, seqBytes);
    return this.#sealed(seal, seq) === text ? seq : undefined;
  }
}
