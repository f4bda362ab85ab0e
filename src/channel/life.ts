/**
 * One process in a worker's place. A process and its replacement have the same worker number, and
 * for a moment both may be there: whatever is kept for a worker is kept by its life. The primary
 * counts lives from 1 and never uses one twice. A worker does not know its own.
 */
export type Life = number & { readonly brand: "life" };

/** @param last undefined before the first one */
export function nextLife(last: Life | undefined): Life {
  return ((last ?? 0) + 1) as Life;
}
