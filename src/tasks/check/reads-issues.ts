import type { z } from "zod";

/**
 * A schema with more parts than this creates new ones while it is walked. It is not followed
 * further.
 */
const mostParts = 10_000;

const known = new WeakMap<object, boolean>();

/**
 * Whether a part of the schema makes a value from the issues inside it: the function of `.catch()`
 * gets them. With fewer issues it might make another value.
 */
export function readsIssues(schema: z.core.$ZodType): boolean {
  const answer = known.get(schema);
  if (answer !== undefined) return answer;
  const found = walk(schema);
  known.set(schema, found);
  return found;
}

/**
 * A schema's parts are anywhere in its definition: in fields, lists and shapes, and behind `lazy`.
 */
function walk(schema: z.core.$ZodType): boolean {
  const seen = new Set<unknown>();
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    if (seen.size > mostParts) return true;
    const { def } = (next as Partial<z.core.$ZodType>)._zod ?? { def: undefined };
    if (def?.type === "catch") return true;
    open.push(...(def ? partsOf(def) : Object.values(next)));
  }
  return false;
}

function partsOf(def: z.core.$ZodTypeDef): unknown[] {
  if (def.type === "lazy") return [(def as z.core.$ZodLazyDef).getter()];
  // Reading a default calls the author's function, which only inputs that need it may do.
  const names = Object.keys(def).filter((name) => name !== "defaultValue");
  return names.map((name) => def[name as keyof typeof def]);
}
