import type { IncomingMessage } from "node:http";
import { AppError } from "../errors.ts";

/** Smaller bodies are not counted, so that light requests are taken whatever others send. */
const freeBytes = 16 * 1024;

const leastBytesForAll = 128 * 1024 ** 2;

const nothing = new Uint8Array(0);

/** Memory of all counted bodies in this process that are still received or read. */
let bytesUnderWay = 0;

/** The most that all counted bodies of a worker may take together. */
export function limitAllBodies(limitBytes: number): number {
  return Math.max(leastBytesForAll, 4 * limitBytes);
}

/**
 * The part of a body that has arrived, in one buffer that grows. A list of pieces would cost hundreds
 * of bytes for each, and a client may send one byte at a time. A buffer of the announced size would
 * cost that size, and the client may send nothing.
 */
export class BodyBuffer {
  readonly #limitBytes: number;
  readonly #mostBytes: number;
  #buffer: Uint8Array = nothing;
  #length = 0;

  /**
   * @param limitBytes `--body-limit`
   * @param mostBytes the limit of the bytes as sent, compressed or not
   */
  constructor(limitBytes: number, mostBytes: number) {
    this.#limitBytes = limitBytes;
    this.#mostBytes = mostBytes;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** @throws AppError `body-too-large`, `overloaded` */
  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#mostBytes) throw explainTooLarge(this.#limitBytes);
    // Most bodies arrive in one piece, which needs no copy.
    if (this.#length === 0) this.#hold(piece);
    else this.#append(piece, length);
    this.#length = length;
  }

  /** Gives the memory back. Call it when the bytes have been read, or are not needed. */
  release(): void {
    this.#hold(nothing);
    this.#length = 0;
  }

  #append(piece: Uint8Array, length: number): void {
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(this.#mostBytes, 2 * length));
      larger.set(this.bytes);
      this.#hold(larger);
    }
    this.#buffer.set(piece, this.#length);
  }

  /** @throws AppError `overloaded`; then it keeps the buffer that it had */
  #hold(buffer: Uint8Array): void {
    const more = counted(buffer) - counted(this.#buffer);
    const most = limitAllBodies(this.#limitBytes);
    if (more > 0 && bytesUnderWay + more > most) throw explainTooManyBodies(most);
    bytesUnderWay += more;
    this.#buffer = buffer;
  }
}

function counted({ length }: Uint8Array): number {
  return length > freeBytes ? length : 0;
}

/**
 * Receives a body until it is complete. The rest of a refused body is read and thrown away, for at
 * most `--request-timeout`. To close with unread bytes would reset the connection, and a client that
 * sends everything before it reads would never see the answer.
 *
 * @throws AppError `body-too-large`, `overloaded`, `malformed-request` if the client left
 */
export function receiveBody(request: IncomingMessage, into: BodyBuffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = () => {
    request.off("data", onData);
    request.off("end", onEnd);
    request.off("close", onClose);
  };
  const onData = (piece: Uint8Array) => {
    try {
      into.add(piece);
    } catch (error) {
      leave();
      request.resume();
      reject(error);
    }
  };
  const onEnd = () => {
    leave();
    resolve();
  };
  const onClose = () => {
    leave();
    reject(new AppError("malformed-request", "The body ended early. Send all of it."));
  };
  request.on("data", onData);
  request.on("end", onEnd);
  request.on("close", onClose); // It comes with or without an error before it.
  return promise;
}

export function explainTooLarge(limitBytes: number): AppError {
  const detail = `The body is larger than ${limitBytes} bytes (--body-limit). Send less, or start the server with a higher --body-limit.`;
  return new AppError("body-too-large", detail);
}

function explainTooManyBodies(mostBytes: number): AppError {
  const detail = `The bodies that this worker receives fill ${mostBytes} bytes, the most that it allows. Try again after the seconds in Retry-After.`;
  return new AppError("overloaded", detail, { headers: { "Retry-After": "1" } });
}
