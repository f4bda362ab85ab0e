import { hash } from "node:crypto";

/** A JSON value (RFC 8259). */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

export interface JsonInput {
  readonly document: Json;
}

export interface JsonResult {
  /** The document with the names of every object sorted, as far as JavaScript keeps an order. */
  readonly document: Json;
  /** Number of values: every object, array, string, number, true, false and null. */
  readonly values: number;
  /** Nesting of objects and arrays: 0 for a bare number, 1 for []. */
  readonly depth: number;
  /** The length of its canonical text in UTF-8. */
  readonly bytes: number;
  /** Of its canonical text in UTF-8; hex. */
  readonly sha256: string;
}

/**
 * Sorts the names of every object in the document, and hashes its canonical text (RFC 8785, JCS):
 * names in the order of their UTF-16 code units, no white space, numbers and strings as
 * `JSON.stringify` writes them. JavaScript lists names such as "10" before all others. So
 * `JSON.stringify` of the returned document gives the canonical text only if it has no such names.
 *
 * The task's schema has bounded the document's depth: this recurses.
 */
export function sortJson({ document }: JsonInput): JsonResult {
  const writer = new CanonicalWriter();
  const sorted = writer.write(document, 0);
  const { values, depth, text } = writer;
  return {
    document: sorted,
    values,
    depth,
    bytes: Buffer.byteLength(text),
    sha256: hash("sha256", text),
  };
}

/** Copies a document with its names sorted, and writes its canonical text at the same time. */
class CanonicalWriter {
  values = 0;
  depth = 0;
  text = "";

  /** @param around the number of objects and arrays around `value` */
  write(value: Json, around: number): Json {
    this.values += 1;
    if (typeof value !== "object" || value === null) {
      this.text += JSON.stringify(value);
      return value;
    }
    this.depth = Math.max(this.depth, around + 1);
    return isArray(value) ? this.#array(value, around + 1) : this.#object(value, around + 1);
  }

  #array(values: readonly Json[], depth: number): Json {
    this.text += "[";
    const copy = values.map((value, index) => {
      if (index > 0) this.text += ",";
      return this.write(value, depth);
    });
    this.text += "]";
    return copy;
  }

  #object(object: { readonly [name: string]: Json }, depth: number): Json {
    this.text += "{";
    const members = Object.keys(object)
      .sort()
      .map((name, index): [string, Json] => {
        this.text += `${index > 0 ? "," : ""}${JSON.stringify(name)}:`;
        return [name, this.write(object[name] ?? null, depth)];
      });
    this.text += "}";
    // fromEntries defines each member: an assignment to "__proto__" would set the prototype.
    return Object.fromEntries(members);
  }
}

/** `Array.isArray` does not narrow to a readonly array. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
