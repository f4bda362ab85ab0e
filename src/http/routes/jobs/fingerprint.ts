import { hash } from "node:crypto";
import { isJsonContainer, isJsonScalar } from "../../../tasks/output/json-value.ts";

/**
 * Digests by which a submission with an Idempotency-Key is known again: one of the job with the input
 * as it was sent, and one with the input as the task would get it. The order of names does not
 * matter, and neither does a default that is written out. A default that is drawn by chance changes
 * the second digest only, so the same body is always known again by the first.
 *
 * @param fields the job without its input, every default filled in
 * @param sent the input as it came, which is JSON
 * @param checked the input as the task's schema returned it, which may be anything
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

/** A replacer for JSON.stringify that puts the names of each object in order. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Whether JSON says all of a value: two different Maps, for one, would have the same text. False for
 * an object that is met twice, which may be inside itself.
 */
function isJson(value: unknown): boolean {
  const objects = new Set<object>();
  const left = [value];
  while (left.length > 0) {
    const each = left.pop();
    if (each === undefined || isJsonScalar(each)) continue; // JSON leaves undefined out.
    if (!isJsonContainer(each) || objects.has(each)) return false;
    objects.add(each);
    for (const member of Object.values(each)) left.push(member);
  }
  return true;
}
