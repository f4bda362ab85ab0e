import type { IncomingMessage } from "node:http";
import { AppError } from "../errors.ts";
import { freeBytes as free } from "../tasks/output/given-away.ts";

/** Smaller bodies are not counted, so that light requests are taken whatever others send. */
const freeBytes = 16 * 1024;

const leastBytesForAll = 128 * 1024 ** 2;

const nothing = new Uint8Array(0);

/** Counts the memory of bodies in this process that are still received or read. */
class BodyPool {
  bytes = 0;
}

const jsonBodies = new BodyPool();

/** Apart from JSON: a task may take larger ones, and holds them until its run ends. */
const byteBodies = new BodyPool();

/** How large one body may be. */
export interface BodyLimit {
  readonly bytes: number;
  readonly pool: BodyPool;
  tooLarge(): AppError;
}

/** `--body-limit`. */
export function serverLimit(bytes: number): BodyLimit {
  return { bytes, pool: jsonBodies, tooLarge: () => explainTooLarge(bytes) };
}

/**
 * The limit of a task that takes bytes.
 *
 * @param task its name; undefined where it has no limit of its own, and `--body-limit` holds
 */
export function bytesLimit(bytes: number, task: string | undefined): BodyLimit {
  const tooLarge = () => (task === undefined ? explainTooLarge(bytes) : tooLargeFor(task, bytes));
  return { bytes, pool: byteBodies, tooLarge };
}

function tooLargeFor(task: string, bytes: number): AppError {
  const detail = `The body is larger than ${bytes} bytes, the most that task ${task} takes (maxBytes). Send less.`;
  return new AppError("body-too-large", detail);
}

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
  readonly #limit: BodyLimit;
  readonly #mostBytes: number;
  #buffer: Uint8Array = nothing;
  #length = 0;
  /** Whether the buffer was made here, and is no piece that arrived. */
  #isOwn = false;
  /** What the pool counts for it. The buffer itself may be moved away. */
  #counted = 0;

  /** @param mostBytes the most that can arrive, as sent: compressed or not */
  constructor(limit: BodyLimit, mostBytes: number) {
    this.#limit = limit;
    this.#mostBytes = mostBytes;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** @throws AppError `body-too-large`, `overloaded` */
  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#mostBytes) throw this.#limit.tooLarge();
    // Most bodies arrive in one piece, which needs no copy.
    if (this.#length === 0) this.#hold(piece);
    else this.#append(piece, length);
    this.#length = length;
  }

  /** The same body, decompressed. @throws AppError `overloaded` */
  replace(bytes: Uint8Array): void {
    this.#hold(bytes);
    this.#isOwn = false;
    this.#length = bytes.length;
  }

  /** Gives the memory back. Call it when the bytes have been read, or are not needed. */
  release(): void {
    this.#hold(nothing);
    this.#isOwn = false;
    this.#length = 0;
  }

  #append(piece: Uint8Array, length: number): void {
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(this.#mostBytes, 2 * length));
      larger.set(this.bytes);
      const former = this.#buffer;
      this.#hold(larger);
      if (this.#isOwn) free(former);
      this.#isOwn = true;
    }
    this.#buffer.set(piece, this.#length);
  }

  /** @throws AppError `overloaded`; then it keeps the buffer that it had */
  #hold(buffer: Uint8Array): void {
    const { bytes: limitBytes, pool } = this.#limit;
    const more = counted(buffer) - this.#counted;
    const most = limitAllBodies(limitBytes);
    if (more > 0 && pool.bytes + more > most) throw explainTooManyBodies(most);
    pool.bytes += more;
    this.#counted += more;
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

function explainTooLarge(limitBytes: number): AppError {
  const detail = `The body is larger than ${limitBytes} bytes (--body-limit). Send less, or start the server with a higher --body-limit.`;
  return new AppError("body-too-large", detail);
}

function explainTooManyBodies(mostBytes: number): AppError {
  const detail = `The bodies that this worker receives fill ${mostBytes} bytes, the most that it allows. Try again after the seconds in Retry-After.`;
  return new AppError("overloaded", detail, { headers: { "Retry-After": "1" } });
}
