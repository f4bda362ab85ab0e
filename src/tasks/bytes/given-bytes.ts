/** Bytes for a task as a program gives them, where no request names their type. */

const unknownType = "application/octet-stream";

/**
 * The input of a task that takes bytes: `data` may be a Blob or an ArrayBuffer, and the type may be
 * left out. What is no such thing is returned as it is: the task's schema refuses it.
 */
export async function takeGivenBytes(input: unknown): Promise<unknown> {
  const { data: given, type, query = {} } = Object(input) as Record<string, unknown>;
  const named = type ?? (given instanceof Blob && given.type !== "" ? given.type : unknownType);
  const buffer = given instanceof Blob ? await given.arrayBuffer() : given;
  if (buffer instanceof ArrayBuffer) {
    return { data: new Uint8Array(buffer), type: named, query };
  }
  return buffer instanceof Uint8Array ? { data: whole(buffer), type: named, query } : input;
}

/** A run has its bytes in a buffer of their own. A Buffer is often a part of Node's pool. */
function whole(bytes: Uint8Array): Uint8Array {
  const isPart = bytes.byteLength < bytes.buffer.byteLength;
  return isPart ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer);
}
