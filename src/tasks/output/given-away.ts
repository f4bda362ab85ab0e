import { types } from "node:util";
import { isMarkedAsUntransferable } from "node:worker_threads";
import { bytesOf, isBytes } from "./bytes.ts";

/** Registered, so that another copy of the package knows the mark, too. */
const given = Symbol.for("manycore.given-away");

/**
 * Marks bytes as given away: whoever calls this neither reads nor writes their buffer afterwards,
 * and nobody else does. They then cross between threads without a copy. All other bytes are copied,
 * for a module's table, or a schema's default, would be empty after its first use.
 *
 * @returns the same bytes
 * @throws TypeError for anything else
 */
export function giveAway<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  if (!types.isUint8Array(bytes)) throw new TypeError("giveAway() takes a Uint8Array");
  Object.defineProperty(bytes.buffer, given, { value: true, configurable: true });
  return bytes;
}

/** Fewer bytes are copied sooner than moved: 100,000 buffers that move take half a minute. */
const leastMovedBytes = 16 * 1024;

/** Whether these bytes were given away and own their buffer whole, so that it can go with them. */
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

/** The same bytes in buffers that nobody else sees: moved there, or copied into one for all. */
export function ownBytes(all: readonly Uint8Array[]): Uint8Array<ArrayBuffer>[] {
  // Copied first: some may be a part of what is moved.
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
    return new Uint8Array(bytes); // WebAssembly's memory says only now that it stays where it is.
  }
}

const transferable = Symbol.for("Piscina.transferable");
const wrapped = Symbol.for("Piscina.valueOf");

/** What Piscina's `move()` wraps around what a task gives away. */
interface Transferable {
  readonly [transferable]: unknown;
  readonly [wrapped]: unknown;
}

export function isTransferable(value: unknown): value is Transferable {
  return typeof value === "object" && value !== null && transferable in value && wrapped in value;
}

/** What was given away by Piscina's `move()`; bytes as by `giveAway`. */
export function unwrapMoved({ [wrapped]: value }: Transferable): unknown {
  const bytes = isBytes(value) ? bytesOf(value) : undefined;
  return bytes ? giveAway(bytes) : value;
}
