import { isBytesOutput } from "../bytes/bytes-output.ts";
import { isMediaType } from "../bytes/media-type.ts";
import { bytesOf, isBytes } from "./bytes.ts";
import { ownBytes } from "./given-away.ts";

/** Bytes that are answered as they are. Nobody else uses them. */
export interface BareBytes {
  readonly bare: Uint8Array<ArrayBuffer>;
  /** A media type. */
  readonly type: string;
}

/**
 * The bytes of an output that was made by `bytes(data, type)`; undefined for any other output.
 *
 * @throws TypeError that says what is wrong with them
 */
export function bareBytes(output: unknown): BareBytes | undefined {
  if (!isBytesOutput(output)) return undefined;
  const { data, type } = output;
  if (!isMediaType(type)) {
    const given = typeof type === "string" ? JSON.stringify(type.slice(0, 100)) : typeof type;
    throw new TypeError(
      `bytes(data, type) with a wrong type, ${given}: give a media type, such as "image/png"`,
    );
  }
  const own = isBytes(data) ? bytesOf(data) : undefined;
  if (!own) {
    const fault = isBytes(data) ? "data whose buffer was moved away" : "data that are no bytes";
    throw new TypeError(`bytes(data, type) with ${fault}: give a Uint8Array`);
  }
  const [bare] = ownBytes([own]);
  return { bare: bare as Uint8Array<ArrayBuffer>, type };
}
