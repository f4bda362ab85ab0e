import type { JsonSchema } from "./json-schema.ts";

/** One field of a form. `json`: whatever has no control of its own is written as JSON. */
export interface Field {
  readonly name: string;
  /** JSON Pointer into the input. */
  readonly path: string;
  readonly kind: "text" | "number" | "choice" | "json";
  /** Of `choice`. */
  readonly choices: readonly unknown[];
  readonly isRequired: boolean;
  readonly isInteger: boolean;
  readonly description: string;
  /** What the task takes where the field is left out; undefined if nothing. */
  readonly preset: unknown;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly maxLength: number | undefined;
}

/** The fields of an input. A schema may have several variants, of which one is chosen. */
export interface Variant {
  /** Of the field that tells the variants apart; null where there is one variant only. */
  readonly chosenBy: { readonly name: string; readonly value: unknown } | null;
  readonly fields: readonly Field[];
}

/** @returns null if the input is no object whose fields are known: it is written as JSON then */
export function variantsOf(schema: JsonSchema): readonly Variant[] | null {
  const union = schema.oneOf ?? schema.anyOf;
  if (!union) return schema.properties ? [{ chosenBy: null, fields: fieldsOf(schema) }] : null;
  const [first] = union;
  const name = Object.entries(first?.properties ?? {}).find(([, { const: value }]) =>
    isPlain(value),
  )?.[0];
  if (name === undefined) return null;
  const variants = union.map((each) => variantOf(each, name));
  return variants.every((variant) => variant !== null) ? variants : null;
}

function variantOf(schema: JsonSchema, name: string): Variant | null {
  const value = schema.properties?.[name]?.const;
  if (!isPlain(value)) return null;
  const fields = fieldsOf(schema).filter((field) => field.name !== name);
  return { chosenBy: { name, value }, fields };
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema): readonly Field[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    path: `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
    ...controlOf(schema),
    isRequired: required.includes(name),
    isInteger: schema.type === "integer",
    description: schema.description ?? "",
    preset: schema.default,
    ...{ min: schema.minimum, max: schema.maximum, maxLength: schema.maxLength },
  }));
}

function controlOf({
  type,
  enum: choices,
  const: only,
}: JsonSchema): Pick<Field, "kind" | "choices"> {
  if (choices?.every(isPlain)) return { kind: "choice", choices };
  if (isPlain(only)) return { kind: "choice", choices: [only] };
  if (type === "boolean") return { kind: "choice", choices: [true, false] };
  if (type === "string") return { kind: "text", choices: [] };
  const isNumber = type === "number" || type === "integer";
  return { kind: isNumber ? "number" : "json", choices: [] };
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** The field that a JSON Pointer leads to or into; undefined if none. */
export function fieldAt(fields: readonly Field[], pointer: string): Field | undefined {
  return fields.find(({ path }) => pointer === path || pointer.startsWith(`${path}/`));
}
