/** JSON Schemas of tasks, as they stand in the document. */

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Keywords whose values are data. What looks like a reference there is none. */
const dataKeywords = new Set(["const", "default", "enum", "example", "examples"]);

/** Keywords whose values are schemas by names of the user's own. */
const mapKeywords = new Set([
  "$defs",
  "definitions",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);

/**
 * A schema that was written to stand alone, as a part of the document: what refers to its own root
 * has to refer to its new place. One with an `$id` is left as it is, since its references begin there.
 *
 * @param place the JSON Pointer of its new place, as in `#/components/schemas/Job`
 */
export function embedSchema(schema: unknown, place: string): JsonSchema {
  const { $schema, ...own } = schema as JsonSchema;
  return Object.hasOwn(own, "$id") ? own : (moveReferences(own, place) as JsonSchema);
}

function moveReferences(node: unknown, place: string): unknown {
  if (Array.isArray(node)) return node.map((each) => moveReferences(each, place));
  if (typeof node !== "object" || node === null) return node;
  const moved = Object.entries(node).map(([keyword, value]) => [
    keyword,
    movedValue(keyword, value, place),
  ]);
  return Object.fromEntries(moved);
}

function movedValue(keyword: string, value: unknown, place: string): unknown {
  if (dataKeywords.has(keyword)) return value;
  if (keyword === "$ref" && typeof value === "string" && /^#(\/|$)/.test(value)) {
    return `${place}${value.slice(1)}`;
  }
  if (!mapKeywords.has(keyword)) return moveReferences(value, place);
  const named = Object.entries(Object(value)).map(([name, each]) => [
    name,
    moveReferences(each, place),
  ]);
  return Object.fromEntries(named);
}

/** A parameter of a query whose schema is one for a whole object. */
export interface QueryParameter {
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: JsonSchema;
}

/**
 * The parameters that a schema of an object asks for, through the branches of a union. Where the
 * branches ask for different things, a parameter shows what all of them say of it.
 */
export function listParameters(schema: JsonSchema): readonly QueryParameter[] {
  const shown = new Map<string, JsonSchema[]>();
  collectProperties(schema, shown);
  const required = requiredOf(schema);
  return [...shown].map(([name, schemas]) => ({
    name,
    isRequired: required.includes(name),
    schema: whatAllSay(schemas),
  }));
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  const { anyOf = [], oneOf = [], allOf = [] } = schema as Record<string, JsonSchema[]>;
  return [...anyOf, ...oneOf, ...allOf];
}

function collectProperties(schema: JsonSchema, into: Map<string, JsonSchema[]>): void {
  for (const [name, property] of Object.entries(Object(schema["properties"]))) {
    into.set(name, [...(into.get(name) ?? []), property as JsonSchema]);
  }
  for (const branch of branchesOf(schema)) collectProperties(branch, into);
}

/** What every branch requires. */
function requiredOf(schema: JsonSchema): readonly string[] {
  const own = (schema["required"] as readonly string[] | undefined) ?? [];
  const [first = [], ...others] = branchesOf(schema).map(requiredOf);
  return [...own, ...first.filter((name) => others.every((names) => names.includes(name)))];
}

function whatAllSay(schemas: readonly JsonSchema[]): JsonSchema {
  const [first = {}, ...others] = schemas;
  if (others.length === 0) return first;
  const values = schemas.map(valuesOf);
  const isChoice = values.every((each) => each !== undefined);
  const same = Object.entries(first).filter(([keyword, value]) =>
    others.every((other) => JSON.stringify(other[keyword]) === JSON.stringify(value)),
  );
  return { ...Object.fromEntries(same), ...(isChoice && { enum: [...new Set(values.flat())] }) };
}

/** The values of a schema that allows only some. */
function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  if (Object.hasOwn(schema, "const")) return [schema["const"]];
  return schema["enum"] as readonly unknown[] | undefined;
}
