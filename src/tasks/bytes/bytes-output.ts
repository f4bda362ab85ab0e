/** An output that is answered bare: bytes with a media type. */
import { noRetry } from "../decision.ts";

/** The same in every copy of the package. */
const brand = Symbol.for("manycore.bytes-output");

/** What `bytes(data, type)` returns. */
export interface BytesOutput {
  readonly data: Uint8Array;
  readonly type: string;
}

/**
 * As the author gave it. Whoever answers checks it: so the client hears what is wrong, and not that
 * the task threw.
 */
export class GivenBytes {
  readonly data: unknown;
  readonly type: unknown;
  readonly [brand] = true;

  constructor(data: unknown, type: unknown) {
    this.data = data;
    this.type = type;
  }

  toJSON(): never {
    throw noRetry(
      "bytes(data, type) is a whole output: within another value return the Uint8Array itself",
    );
  }
}

export function isBytesOutput(output: unknown): output is GivenBytes {
  return typeof output === "object" && output !== null && brand in output;
}
