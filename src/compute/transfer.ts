import { bytesIn } from "../tasks/output.ts";

/**
 * The buffers that may be moved to another thread with `value`: those which its bytes own whole.
 * A slice of a larger buffer is cloned: moving would take its neighbours along, and Node's small
 * Buffers are all slices of one shared slab.
 */
export function transferList(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { buffer, byteLength } of bytesIn(value)) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffers.add(buffer);
  }
  return [...buffers];
}
