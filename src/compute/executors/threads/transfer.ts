import { giveAway, isMovable } from "../../../tasks/output/given-away.ts";

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

/**
 * Called in the thread: the bytes of an input that has arrived there belong to its run. A move takes
 * the mark of bytes that are given away from them. So a run that returns them moves them again.
 */
export function ownInput(input: unknown): void {
  const { data } = Object(input) as { readonly data?: unknown };
  if (data instanceof Uint8Array) giveAway(data);
}
