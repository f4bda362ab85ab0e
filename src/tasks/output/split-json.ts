/** JSON text whose bytes are kept apart until somebody wants it whole. */

import { constants } from "node:buffer";
import { withDecision } from "../decision.ts";

/** The longest JSON text of an output: V8's longest string, less room for the rest of an answer. */
const mostJson = constants.MAX_STRING_LENGTH - 10_000;

/** JSON text without its bytes. They stand in base64 between each two of the texts. */
export interface SplitJson {
  readonly texts: readonly string[];
  readonly bytes: readonly Uint8Array[];
}

/** JSON text, split if it has bytes. */
export type OutputJson = { readonly json: string } | SplitJson;

/** @throws RangeError if the text would be too long, before it makes any of it */
export function joinJson(text: OutputJson): string {
  if (lengthOf(text) > mostJson) throw tooLongError();
  if ("json" in text) return text.json;
  const { texts, bytes } = text;
  let json = texts[0] ?? "";
  for (const [index, { buffer, byteOffset, byteLength }] of bytes.entries()) {
    const base64 = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
    json += `"${base64}"${texts[index + 1] ?? ""}`;
  }
  return json;
}

/** As any bytes within JSON. */
export function inJson(bare: Uint8Array): SplitJson {
  return { texts: ["", ""], bytes: [bare] };
}

function lengthOf(text: OutputJson): number {
  if ("json" in text) return text.json.length;
  const plain = text.texts.reduce((sum, { length }) => sum + length, 0);
  const inBase64 = (sum: number, { byteLength }: Uint8Array) =>
    sum + 4 * Math.ceil(byteLength / 3) + 2;
  return text.bytes.reduce(inBase64, plain);
}

/** V8's error for a string that would be too long. */
export function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && error.message === "Invalid string length";
}

export function tooLongError(cause?: unknown): RangeError {
  const message = `more than ${mostJson} characters of JSON: return less`;
  return withDecision(new RangeError(message, { cause }), { kind: "no-retry" });
}
