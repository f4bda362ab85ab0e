import type { IncomingMessage } from "node:http";
import { AppError } from "../errors.ts";

/** Of a body that is no larger nothing is counted: light requests are taken whatever others send. */
const freeBytes = 16 * 1024;

const leastBytesForAll = 128 * 1024 ** 2;

const nothing = new Uint8Array(0);

/** Buffers of the bodies that have not come whole, or have not been read yet, in this process. */
let bytesUnderWay = 0;

/** What all bodies under way may have together, in one worker. */
export function mostBytesUnderWay(limitBytes: number): number {
  return Math.max(leastBytesForAll, 4 * limitBytes);
}

/**
 * What a client has sent of its body so far, in one buffer. A list of its pieces would cost several
 * hundred bytes for each, and a client may send one byte a piece; room for what it says it will send
 * would cost that, and it may send nothing.
 */
export class Received {
  readonly #limitBytes: number;
  readonly #mostBytes: number;
  #buffer: Uint8Array = nothing;
  #length = 0;

  /**
   * @param limitBytes `--body-limit`
   * @param mostBytes what may be sent of this body
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
    if (length > this.#mostBytes) throw tooLarge(this.#limitBytes);
    // Most bodies come in one piece, which needs no copy.
    if (this.#length === 0) this.#hold(piece);
    else this.#append(piece, length);
    this.#length = length;
  }

  /** Gives its memory back; to be called when the bytes have been read, or are of no use. */
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

  /** @throws AppError `overloaded`, and keeps what it had */
  #hold(buffer: Uint8Array): void {
    const more = counted(buffer) - counted(this.#buffer);
    const most = mostBytesUnderWay(this.#limitBytes);
    if (more > 0 && bytesUnderWay + more > most) throw tooManyBodies(most);
    bytesUnderWay += more;
    this.#buffer = buffer;
  }
}

function counted({ length }: Uint8Array): number {
  return length > freeBytes ? length : 0;
}

/**
 * Receives a body until it is whole. Where it is refused, the rest is let go by, for as long as a
 * request may take (--request-timeout): a connection that is closed with bytes unread is reset, and a
 * client that sends all before it reads would not see the answer.
 *
 * @throws AppError `body-too-large`, `overloaded`, `malformed-request` where its client left
 */
export function receive(request: IncomingMessage, into: Received): Promise<void> {
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
    reject(new AppError("malformed-request", "The body was broken off."));
  };
  request.on("data", onData);
  request.on("end", onEnd);
  request.on("close", onClose); // With or without an error before it.
  return promise;
}

export function tooLarge(limitBytes: number): AppError {
  const detail = `The body is larger than ${limitBytes} bytes (--body-limit). Send less, or have the server started with a higher --body-limit.`;
  return new AppError("body-too-large", detail);
}

function tooManyBodies(mostBytes: number): AppError {
  const detail = `The bodies that this worker receives have ${mostBytes} bytes together, the most that it takes. Try again after the time in Retry-After.`;
  return new AppError("overloaded", detail, { headers: { "Retry-After": "1" } });
}
