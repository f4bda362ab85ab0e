import { types } from "node:util";
import { withDecision } from "../decision.ts";
import { jsonPointer } from "../json-pointer.ts";
import { type Bytes, bytesOf, isBytes } from "./bytes.ts";
import { isTransferable, unwrapMoved } from "./given-away.ts";
import { mostLevels } from "./plain-json.ts";
import { isInvalidDate, unwritable } from "./unwritable.ts";

/** Longer paths are cut in messages. */
const mostPathCharacters = 200;

/**
 * Writes a value as `JSON.stringify` would, with two differences. It keeps bytes apart, at any
 * depth. It refuses what JSON would silently lose, with its JSON Pointer.
 */
export class JsonWriter {
  /** JSON text. Between each two of them stand bytes, in base64. */
  readonly texts: string[] = [];
  readonly bytes: Uint8Array[] = [];
  #text = "";
  readonly #path: string[] = [];
  /** The objects and arrays around the value that is being written. */
  readonly #around = new Set<object>();

  /**
   * @throws TypeError that says what JSON cannot hold, and where; or an error of the value itself
   */
  constructor(value: unknown) {
    const own = ownForm(value, "");
    if (own === undefined) this.#text = "null";
    else this.#write(own);
    this.texts.push(this.#text);
  }

  #write(value: unknown): void {
    if (isBytes(value)) {
      this.#writeBytes(value);
      return;
    }
    const fault = unwritable(value);
    if (fault) throw this.#refusal(fault);
    if (isContainer(value)) this.#writeContainer(value);
    else this.#text += JSON.stringify(value);
  }

  #writeBytes(value: Bytes): void {
    const bytes = bytesOf(value);
    if (!bytes) throw this.#refusal("bytes whose buffer was moved away: return a copy of them");
    this.texts.push(this.#text);
    this.bytes.push(bytes);
    this.#text = "";
  }

  #writeContainer(value: object): void {
    if (this.#around.has(value)) throw this.#refusal("a circular reference: return a tree");
    if (this.#around.size === mostLevels) {
      throw this.#refusal(`something nested deeper than ${mostLevels} levels: return it flatter`);
    }
    this.#around.add(value);
    if (Array.isArray(value)) this.#writeArray(value);
    else this.#writeMembers(value as Readonly<Record<string, unknown>>);
    this.#around.delete(value);
  }

  #writeArray(values: readonly unknown[]): void {
    this.#text += "[";
    for (let index = 0; index < values.length; index += 1) {
      if (index > 0) this.#text += ",";
      this.#writeAt(String(index), ownForm(values[index], String(index)));
    }
    this.#text += "]";
  }

  #writeMembers(object: Readonly<Record<string, unknown>>): void {
    let before = "{";
    for (const name of Object.keys(object)) {
      const own = ownForm(object[name], name);
      if (own === undefined) continue;
      this.#text += `${before}${JSON.stringify(name)}:`;
      before = ",";
      this.#writeAt(name, own);
    }
    this.#text += before === "{" ? "{}" : "}";
  }

  #writeAt(name: string, value: unknown): void {
    this.#path.push(name);
    this.#write(value);
    this.#path.pop();
  }

  /** @param fault what the value is, a colon, and the remedy */
  #refusal(fault: string): TypeError {
    if (this.#path.length === 0) return refusalOf(fault);
    const path = jsonPointer(this.#path);
    const place = path.length > mostPathCharacters ? `${path.slice(0, mostPathCharacters)}…` : path;
    return refusalOf(fault.replace(":", () => ` at ${place}:`));
  }
}

/** Another run would return the same. */
function refusalOf(message: string): TypeError {
  return withDecision(new TypeError(message), { kind: "no-retry" });
}

/** TypeScript does not know it yet. `JSON.rawJSON` makes an object that stands for a scalar. */
const { isRawJSON } = JSON as unknown as { isRawJSON(value: unknown): boolean };

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null && !isRawJSON(value);
}

/** The value that JSON gets: bytes as they are, everything else after its `toJSON`. */
function ownForm(value: unknown, key: string): unknown {
  const kind = typeof value;
  const hasMembers = (kind === "object" && value !== null) || kind === "function";
  if (!(hasMembers || kind === "bigint") || isBytes(value)) return value;
  if (isTransferable(value)) return unwrapMoved(value);
  const { toJSON } = value as { readonly toJSON?: unknown };
  const own: unknown = typeof toJSON === "function" ? toJSON.call(value, key) : value;
  if (own === null && isInvalidDate(value)) return value; // It will be refused.
  return types.isBoxedPrimitive(own) ? own.valueOf() : own;
}
