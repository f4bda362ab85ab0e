import { type ParsedUrlQuery, parse } from "node:querystring";
import { AppError, type FieldError } from "../errors.ts";
import { jsonPointer } from "../tasks/json-pointer.ts";

/** A number in JSON (RFC 8259, section 6). */
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The JSON types of each property that the schema names. */
export type PropertyTypes = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Makes an input of query parameters. Text becomes a number or a boolean if the schema asks for one
 * and not for text. Text that does not fit stays text, so that the schema refuses it by name.
 *
 * @param other a parameter that does not belong to the input, and is ignored
 * @throws AppError `invalid-input` if a parameter is given more than once, or is `__proto__`, which a
 *   schema would ignore in silence
 */
export function readQueryInput(
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
  if (errors.length > 0) throw explainInvalidQuery(errors);
  return input;
}

function fromText(text: string, types: ReadonlySet<string> | undefined): unknown {
  if (!types || types.has("string")) return text;
  if ((types.has("number") || types.has("integer")) && jsonNumber.test(text)) return Number(text);
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  return text;
}

/**
 * Parses a query in the format of HTML forms. It must be percent-encoded UTF-8: a lenient parser
 * would put U+FFFD for other bytes, and so change the input in silence.
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

/**
 * Refuses a query where the body is read. A parameter in the wrong place would be ignored, and
 * nobody would notice.
 *
 * @param allowed the one parameter that is read
 * @throws AppError `invalid-input` that names every other parameter
 */
export function requireNoQuery(query: ParsedUrlQuery, allowed?: string): void {
  const strays = Object.keys(query).filter((name) => name !== allowed);
  if (strays.length === 0) return;
  const errors = strays.map((name) => ({
    path: jsonPointer([name]),
    message: "put it into the body",
  }));
  const detail = `Query parameters are not read here: ${strays.join(", ")}. Put them into the JSON body.`;
  throw new AppError("invalid-input", detail, { errors });
}

/**
 * Refuses every query parameter, for a request that says everything in its path.
 *
 * @throws AppError `invalid-input` that names every parameter
 */
export function refuseQuery(query: ParsedUrlQuery): void {
  const names = Object.keys(query);
  if (names.length === 0) return;
  const message = "leave it out: no query parameter is read here";
  throw explainInvalidQuery(names.map((name) => ({ path: jsonPointer([name]), message })));
}

/** Makes the refusal of query parameters. */
export function explainInvalidQuery(errors: readonly FieldError[]): AppError {
  const told = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return new AppError("invalid-input", `The query is not valid. ${told}.`, { errors });
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
