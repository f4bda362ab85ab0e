import { isMovable } from "../../../tasks/output/given-away.ts";

/**
 * The buffers that are moved to a thread with an input: those of bytes that its schema made and
 * gave away, in the input itself or in its direct properties. All else is cloned.
 */
export function transferList(input: unknown): ArrayBuffer[] {
  if (typeof input !== "object" || input === null) return [];
  const buffers = new Set<ArrayBuffer>();
  for (const value of input instanceof Uint8Array ? [input] : Object.values(input)) {
    if (value instanceof Uint8Array && isMovable(value)) buffers.add(value.buffer);
  }
  return [...buffers];
}
