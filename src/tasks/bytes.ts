/**
 * The bytes in an output: the output itself or its direct properties, where they are `Uint8Array`s.
 * These are moved between threads, and written as base64 in JSON.
 */
export function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.values(value).filter((property) => property instanceof Uint8Array);
}
