import { isMovable } from "../../../tasks/output/given-away.ts";

/**
 * Buffers that are moved to a thread with an input: of bytes that its schema made and gave away, if
 * they are the input or one of its own properties. Everything else is cloned.
 */
export function transferList(input: unknown): ArrayBuffer[] {
  if (typeof input !== "object" || input === null) return [];
  const buffers = new Set<ArrayBuffer>();
  for (const value of input instanceof Uint8Array ? [input] : Object.values(input)) {
    if (value instanceof Uint8Array && isMovable(value)) buffers.add(value.buffer);
  }
  return [...buffers];
}
