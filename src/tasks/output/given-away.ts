import { types } from "node:util";
import { isMarkedAsUntransferable } from "node:worker_threads";
import { bytesOf, isBytes } from "./bytes.ts";

/** A registered symbol: another copy of the package knows it too. */
const given = Symbol.for("manycore.given-away");

/**
 * Marks bytes as given away: neither the caller nor anybody else reads or writes their buffer
 * afterwards. They then go between threads without a copy. All other bytes are copied: moving a
 * module's table, or a schema's default, would empty it at its first use.
 *
 * @returns the same bytes
 * @throws TypeError for anything else
 */
export function giveAway<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  if (!types.isUint8Array(bytes)) throw new TypeError("giveAway() takes a Uint8Array");
  Object.defineProperty(bytes.buffer, given, { value: true, configurable: true });
  return bytes;
}

/** Fewer bytes are faster to copy than to move: moving 100,000 buffers takes half a minute. */
const leastMovedBytes = 16 * 1024;

/** Whether these bytes were given away and fill their buffer, so that it can be moved. */
export function isMovable(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return (
    bytes.byteLength >= leastMovedBytes &&
    given in buffer &&
    buffer instanceof ArrayBuffer &&
    buffer.byteLength === bytes.byteLength &&
    !buffer.resizable &&
    !isMarkedAsUntransferable(buffer)
  );
}

/** The same bytes in buffers that nobody else uses: moved, or copied into one shared buffer. */
export function ownBytes(all: readonly Uint8Array[]): Uint8Array<ArrayBuffer>[] {
  // Copy first: some may be part of a buffer that is moved.
  const copies = copyBytes(all.filter((bytes) => !isMovable(bytes)));
  const moved = new Map<ArrayBufferLike, Uint8Array<ArrayBuffer>>();
  return all.map((bytes) => {
    const mine = copies.get(bytes) ?? moved.get(bytes.buffer) ?? moveOut(bytes);
    if (!copies.has(bytes)) moved.set(bytes.buffer, mine);
    return mine;
  });
}

function copyBytes(all: readonly Uint8Array[]): Map<Uint8Array, Uint8Array<ArrayBuffer>> {
  const copies = new Map<Uint8Array, Uint8Array<ArrayBuffer>>();
  const buffer = new ArrayBuffer(all.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const bytes of all) {
    const copy = new Uint8Array(buffer, offset, bytes.byteLength);
    copy.set(bytes);
    copies.set(bytes, copy);
    offset += bytes.byteLength;
  }
  return copies;
}

function moveOut(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array((bytes.buffer as ArrayBuffer).transfer());
  } catch {
    return new Uint8Array(bytes); // The memory of WebAssembly refuses to move only here.
  }
}

/**
 * Frees the memory of bytes that nobody needs any more. To leave 10 MB to the garbage collector makes
 * it look through the whole heap every few of them, for 2 ms and more.
 */
export function freeBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  const isWhole = bytes.byteLength >= leastMovedBytes && buffer.byteLength === bytes.byteLength;
  if (isWhole && buffer instanceof ArrayBuffer && !isMarkedAsUntransferable(buffer)) {
    buffer.transfer(0);
  }
}

const transferable = Symbol.for("Piscina.transferable");
const wrapped = Symbol.for("Piscina.valueOf");

/** The wrapper that Piscina's `move()` puts around a value. */
interface Transferable {
  readonly [transferable]: unknown;
  readonly [wrapped]: unknown;
}

export function isTransferable(value: unknown): value is Transferable {
  return typeof value === "object" && value !== null && transferable in value && wrapped in value;
}

/** The value inside of Piscina's `move()`; bytes count as given away. */
export function unwrapMoved({ [wrapped]: value }: Transferable): unknown {
  const bytes = isBytes(value) ? bytesOf(value) : undefined;
  return bytes ? giveAway(bytes) : value;
}
