import { types } from "node:util";

/** Bytes and nothing else. Not arrays of wider numbers: their byte order depends on the machine. */
export type Bytes = ArrayBufferLike | Uint8Array | Uint8ClampedArray | DataView;

export function isBytes(value: unknown): value is Bytes {
  return (
    types.isUint8Array(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isUint8ClampedArray(value) ||
    types.isDataView(value)
  );
}

/** @returns undefined if the buffer was moved away */
export function bytesOf(value: Bytes): Uint8Array | undefined {
  const isView = ArrayBuffer.isView(value);
  const buffer = isView ? value.buffer : value;
  if (buffer instanceof ArrayBuffer && buffer.detached) return undefined;
  if (types.isUint8Array(value)) return value;
  return isView
    ? new Uint8Array(buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(buffer);
}
