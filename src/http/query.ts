import { type ParsedUrlQuery, parse } from "node:querystring";
import { AppError, type FieldError } from "../errors.ts";

/** A number as JSON writes it (RFC 8259, section 6). */
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The JSON types of each property that the schema names. */
export type PropertyTypes = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Makes an input of query parameters: text becomes a number, a boolean or JSON where the schema
 * asks for one and not for text. What does not fit stays text, for the schema to refuse by name.
 *
 * @param other a parameter that is not the input's: passed over, however often it is given
 * @throws AppError `invalid-input` where a parameter is given more than once, or is `__proto__`,
 *   which a schema would pass over in silence
 */
export function inputFromQuery(
  query: ParsedUrlQuery,
  types: PropertyTypes,
  other?: string,
): unknown {
  const input: Record<string, unknown> = {};
  const errors: FieldError[] = [];
  for (const name of Object.keys(query)) {
    if (name === other) continue;
    const value = query[name];
    if (name === "__proto__") errors.push({ path: "/__proto__", message: "leave it out" });
    else if (typeof value === "string") input[name] = fromText(value, types.get(name));
    else errors.push({ path: `/${name}`, message: "given more than once; give it once" });
  }
  if (errors.length > 0) {
    const fields = errors.map(({ path, message }) => `${path}: ${message}`);
    throw new AppError("invalid-input", `The query is not valid. ${fields.join("; ")}.`, {
      errors,
    });
  }
  return input;
}

function fromText(text: string, types: ReadonlySet<string> | undefined): unknown {
  if (!types || types.has("string")) return text;
  if ((types.has("number") || types.has("integer")) && jsonNumber.test(text)) return Number(text);
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  return text;
}

/**
 * Reads a query as HTML forms write it. What is not percent-encoded UTF-8 is refused: a parser puts
 * U+FFFD for it, and that would change the input in silence.
 *
 * @throws AppError `malformed-request`
 */
export function parseQuery(query: string): ParsedUrlQuery {
  try {
    decodeURIComponent(query);
  } catch {
    const detail =
      "The query is not percent-encoded UTF-8. Write % as %25, and bytes in hex or base64 (inputEncoding).";
    throw new AppError("malformed-request", detail);
  }
  return parse(query, "&", "=", { maxKeys: 0 });
}

/** Reads the types of an object schema's properties, through the branches of a union. */
export function readPropertyTypes(schema: unknown): PropertyTypes {
  const types = new Map<string, Set<string>>();
  collect(schema, types);
  return types;
}

interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
}

function branches(node: SchemaNode): readonly SchemaNode[] {
  return [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
}

function collect(schema: unknown, into: Map<string, Set<string>>): void {
  const node = schema as SchemaNode;
  for (const [name, property] of Object.entries(node.properties ?? {})) {
    const known = into.get(name) ?? new Set();
    for (const type of typesOf(property)) known.add(type);
    into.set(name, known);
  }
  for (const branch of branches(node)) collect(branch, into);
}

function typesOf(node: SchemaNode): string[] {
  const own = node.type === undefined ? [] : [node.type].flat();
  const fixed = [...(node.enum ?? []), ...("const" in node ? [node.const] : [])];
  const implied = fixed.map((value) => typeof value);
  return [...own, ...implied, ...branches(node).flatMap(typesOf)] as string[];
}
