/** What every answer to the same request must be, as far as two of them show. */
import type { Expectation } from "./plan.ts";

export interface TypedBytes {
  /** The Content-Type. */
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * The same bytes of the same type. If two answers differ, only what they share: the length of the
 * bytes and their type, or the type alone. Undefined if they share nothing.
 */
export function expectBytes(one: TypedBytes, two: TypedBytes): Expectation | undefined {
  if (one.type !== two.type) return undefined;
  const { type, data } = one;
  if (Buffer.from(data).equals(two.data)) return { type, body: { kind: "bytes", equals: data } };
  if (data.length !== two.data.length) return { type };
  return { type, body: { kind: "length", bytes: data.length } };
}
