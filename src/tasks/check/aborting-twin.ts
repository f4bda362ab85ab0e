import { z } from "zod";

type Schema = z.core.$ZodType;
type ZodCheck = z.core.$ZodCheck<never>;

const twins = new WeakMap<Schema, Schema>();

/**
 * A schema that takes and returns just what `schema` does, and that ends the check of a value at
 * the first refinement or format that fails. zod goes on there by itself, so that half a million
 * items that fail one are half a million issues. Made once for each schema; the author's own is left
 * as it is, since he may use it elsewhere.
 *
 * Lists and shapes, with what is behind `lazy`, are followed; functions are the same ones.
 */
export function abortingTwin(schema: Schema): Schema {
  const known = twins.get(schema);
  if (known) return known;
  const twin = twinOf(schema);
  twins.set(schema, twin);
  return twin;
}

function twinOf(schema: Schema): Schema {
  const { def, traits } = schema._zod;
  const own = Object.defineProperties({}, twinProperties(def)) as z.core.$ZodTypeDef;
  if (def.checks) own.checks = def.checks.map(abortingCheck);
  // A format, such as z.email(), is schema and check in one.
  return z.core.clone(schema, traits.has("$ZodCheck") ? Object.assign(own, { abort: true }) : own);
}

/** Getters stay getters: a schema that is recursive, or a default that is a function, has them. */
function twinProperties(def: z.core.$ZodTypeDef): PropertyDescriptorMap {
  const properties: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(def);
  for (const [name, property] of Object.entries(properties)) {
    if (name === "checks") continue;
    // What lazy has found behind its getter: a schema that holds itself would never end.
    if (name === "_cachedInner") delete properties[name];
    else if (name === "getter") properties[name] = fixed(() => twinParts(property.value()));
    else if (name === "shape") properties[name] = lazily(() => twinParts(Reflect.get(def, name)));
    else if ("value" in property) properties[name] = fixed(twinParts(property.value));
  }
  return properties;
}

/** The same with the twins of the schemas in it: a schema, a list of them, or a shape. */
function twinParts(part: unknown): unknown {
  if (isSchema(part)) return abortingTwin(part);
  if (Array.isArray(part)) return part.map(twinParts);
  if (typeof part !== "object" || part === null) return part;
  if (!Object.values(part).some(isSchema)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, twinParts(each)]));
}

function abortingCheck(check: ZodCheck): ZodCheck {
  const { def, onattach } = check._zod;
  const aborting = (payload: z.core.ParsePayload<never>) => {
    const { length } = payload.issues;
    const done = check._zod.check(payload);
    for (const issue of payload.issues.slice(length)) Object.assign(issue, { continue: false });
    return done;
  };
  return { _zod: { def, onattach, check: aborting } } as unknown as ZodCheck;
}

function isSchema(value: unknown): value is Schema {
  return (value as Partial<Schema> | null)?._zod?.traits?.has("$ZodType") === true;
}

function fixed(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: true, configurable: true };
}

function lazily(make: () => unknown): PropertyDescriptor {
  let made: unknown;
  return { get: () => (made ??= make()), enumerable: true, configurable: true };
}
