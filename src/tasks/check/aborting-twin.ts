import { z } from "zod";

type Schema = z.core.$ZodType;
type ZodCheck = z.core.$ZodCheck<never>;

const twins = new WeakMap<Schema, Schema>();

/**
 * A schema that accepts and returns the same as `schema`, but stops checking a value at the first
 * refinement or format that fails. zod itself goes on: half a million items that fail make half a
 * million issues. Made once for each schema. The author's own is not changed, since it may be used
 * elsewhere.
 *
 * Follows lists, shapes and what is behind `lazy`. Functions stay the same ones.
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
  // A format, such as z.email(), is a schema and a check in one.
  return z.core.clone(schema, traits.has("$ZodCheck") ? Object.assign(own, { abort: true }) : own);
}

/** Getters stay getters: recursive schemas, and defaults that are functions, need them. */
function twinProperties(def: z.core.$ZodTypeDef): PropertyDescriptorMap {
  const properties: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(def);
  for (const [name, property] of Object.entries(properties)) {
    if (name === "checks") continue;
    // The schema that lazy has resolved: one that contains itself would never end.
    if (name === "_cachedInner") delete properties[name];
    else if (name === "getter") properties[name] = fixed(() => twinParts(property.value()));
    else if (name === "shape") properties[name] = lazily(() => twinParts(Reflect.get(def, name)));
    else if ("value" in property) properties[name] = fixed(twinParts(property.value));
  }
  return properties;
}

/** The same part with twins for its schemas: a schema, a list of them, or a shape. */
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
