import { hash } from "node:crypto";

/** A value that JSON can say (RFC 8259). */
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
  /** The document with the names of every object in order, as far as JavaScript keeps an order. */
  readonly document: Json;
  /** How many values it has: every object, array, string, number, true, false and null. */
  readonly values: number;
  /** How deep its objects and arrays are nested: 0 for a bare number, 1 for []. */
  readonly depth: number;
  /** The length of its canonical text in UTF-8. */
  readonly bytes: number;
  /** Of its canonical text in UTF-8; hex. */
  readonly sha256: string;
}

/**
 * Sorts the names of every object in the document and hashes its canonical text, which is that of
 * RFC 8785 (JCS): names in the order of their UTF-16 code units, no white space, numbers and
 * strings as `JSON.stringify` writes them. JavaScript lists names such as "10" before all others, so that
 * `JSON.stringify` of the returned document gives the canonical text where it has no such names.
 *
 * The document has passed the task's schema, which bounds its depth: this recurses.
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

/** Copies a document with its names in order, and writes its canonical text on the way. */
class CanonicalWriter {
  values = 0;
  depth = 0;
  text = "";

  /** @param around how many objects and arrays `value` is in */
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
