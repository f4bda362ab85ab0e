import type { Schema } from "../task.ts";
import { type BytesInput, type BytesOptions, makeBytesInput, type NoQuery } from "./bytes-input.ts";
import { type BytesOutput, GivenBytes } from "./bytes-output.ts";

/**
 * As the `input` of a task: it takes the body of a request as it is, and not as JSON. `run` gets
 * `{ data, type, query }`.
 *
 *     input: bytes({ types: ["image/*"], maxBytes: 20_000_000, query: z.object({ width: z.number() }) })
 *
 * @throws TypeError for an option that is wrong or unknown
 */
export function bytes(options?: Omit<BytesOptions<Schema>, "query">): BytesInput<Schema<NoQuery>>;
export function bytes<Query extends Schema>(
  options: BytesOptions<Query> & { readonly query: Query },
): BytesInput<Query>;
/**
 * As what `run` returns: the client gets these bytes with this content type, and no JSON around them.
 * They are copied, unless they were given away (`giveAway`), or are the `data` that the run got.
 *
 *     run: ({ data }) => bytes(compress(data), "image/webp")
 *
 * @param type a media type; it may have parameters, such as `text/html; charset=utf-8`
 */
export function bytes(data: Uint8Array | ArrayBuffer, type: string): BytesOutput;
export function bytes(...[first, type]: readonly unknown[]): BytesInput | BytesOutput {
  if (type !== undefined || ArrayBuffer.isView(first) || first instanceof ArrayBuffer) {
    return new GivenBytes(first, type) as BytesOutput;
  }
  return makeBytesInput((first ?? {}) as BytesOptions<Schema>);
}
