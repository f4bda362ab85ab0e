import { hash } from "node:crypto";
import { isJsonContainer, isJsonScalar } from "../../../tasks/output/json-value.ts";

/**
 * Makes the digests that recognise a repeated submission with an Idempotency-Key. The first digest is
 * of the job with its input as sent, the second of the job with its input after the task's schema. One
 * equal digest is enough: the first one recognises the same body although a default is random, the
 * second one a body that writes a default out. The order of names does not matter.
 *
 * @param fields the job without its input, with every default filled in
 * @param sent the input as sent, which is JSON
 * @param checked the input after the schema, which may be anything
 */
export function makeFingerprints(
  fields: Readonly<Record<string, unknown>>,
  sent: unknown,
  checked: unknown,
): readonly [string, ...string[]] {
  const first = digestOf({ ...fields, input: sent });
  if (!isJson(checked)) return [first];
  return [first, digestOf({ ...fields, input: checked })];
}

function digestOf(value: unknown): string {
  return hash("sha256", JSON.stringify(value, inOrder), "base64url");
}

/** A replacer for JSON.stringify that sorts the names of each object. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Whether JSON holds all of a value. It does not hold a Map, for example: two different ones would have
 * the same text. False for an object that occurs twice, because it may contain itself.
 */
function isJson(value: unknown): boolean {
  const objects = new Set<object>();
  const left = [value];
  while (left.length > 0) {
    const each = left.pop();
    if (each === undefined || isJsonScalar(each)) continue; // JSON omits undefined.
    if (!isJsonContainer(each) || objects.has(each)) return false;
    objects.add(each);
    for (const member of Object.values(each)) left.push(member);
  }
  return true;
}
