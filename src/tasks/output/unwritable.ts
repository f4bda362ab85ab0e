import { types } from "node:util";

/** Remedies for objects that JSON cannot hold, by the name of their class. */
const remedies: Readonly<Record<string, string>> = {
  Map: "return an array of its entries, or Object.fromEntries of it",
  Set: "return an array of its values",
  Promise: "await it",
};

const { getTime } = Date.prototype;

/**
 * Why JSON cannot hold `value`, or would lose its content: what it is, a colon, and the remedy.
 * Looks neither at the members of an object nor for bytes.
 */
export function unwritable(value: unknown): string | undefined {
  switch (typeof value) {
    case "undefined":
      return "undefined: return null";
    case "bigint":
      return "a BigInt: return it as a string";
    case "number":
      return Number.isFinite(value) ? undefined : `${value}: return null or a string`;
    case "function":
    case "symbol":
      return `a ${typeof value}: leave it out`;
    case "object":
      return value === null ? undefined : unwritableObject(value);
    default:
      return undefined;
  }
}

/** The `toJSON` of such a date returns null. */
export function isInvalidDate(value: unknown): boolean {
  return types.isDate(value) && Number.isNaN(getTime.call(value));
}

function unwritableObject(value: object): string | undefined {
  if (isInvalidDate(value)) return "an invalid date: return null or a string";
  const name = classOf(value);
  if (types.isNativeError(value)) return `an error (${name}): throw it, or return its message`;
  if (types.isTypedArray(value)) {
    return `numbers in binary form (${name}): return an array of them, or a Uint8Array of their buffer`;
  }
  const isLost = types.isMap(value) || types.isSet(value) || (!isPlain(value) && isEmpty(value));
  if (!isLost) return undefined;
  const remedy = remedies[name] ?? "return plain data, or give its class a toJSON";
  return `an object (${name}): JSON does not see its content; ${remedy}`;
}

/** An array, or an object without a class, of this or another realm. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** The name of its class, if the object lets it be known. */
function classOf(value: object): string {
  const made: unknown = value.constructor;
  return typeof made === "function" && made.name ? made.name : "no class";
}
