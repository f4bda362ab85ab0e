import type { z } from "zod";

/** A schema with more parts than this makes new ones as it is walked, and is not followed further. */
const mostParts = 10_000;

const known = new WeakMap<object, boolean>();

/**
 * Whether some part of the schema makes a value of what is wrong inside it: `.catch()`, whose
 * function is given the issues. With fewer of them it might make another value.
 */
export function readsIssues(schema: z.core.$ZodType): boolean {
  const answer = known.get(schema);
  if (answer !== undefined) return answer;
  const found = walk(schema);
  known.set(schema, found);
  return found;
}

/** A schema's parts lie somewhere in its definition: in fields, lists, shapes, and behind `lazy`. */
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
  // To read a default calls the author's function, which is for inputs that need it.
  const names = Object.keys(def).filter((name) => name !== "defaultValue");
  return names.map((name) => def[name as keyof typeof def]);
}
