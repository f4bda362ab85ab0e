/** The document of /openapi.json, as tests read it. */
import { createRequire } from "node:module";
import type { Ajv2020 as Ajv } from "ajv/dist/2020.js";

export interface Media {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, Media>>;
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface DocumentedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, Media> };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** Every operation with its route, such as `GET /jobs/{id}`. */
export function operationsOf(
  document: OpenApi,
): readonly (readonly [string, DocumentedOperation])[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
}

// Its types say that the module is its default export, which it is for `require` only.
const require = createRequire(import.meta.url);
const { Ajv2020 } = require("ajv/dist/2020.js") as { Ajv2020: typeof Ajv };
const addFormats = require("ajv-formats").default as (ajv: Ajv) => void;

/**
 * Checks values by the schemas of a document. Objects of answers are closed for it: so a field that
 * the document does not have is a fault.
 */
export class DocumentChecks {
  readonly #ajv: Ajv;

  constructor(document: OpenApi) {
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
    addFormats(this.#ajv);
    this.#ajv.addFormat("binary", true);
    this.#ajv.addSchema(closed(document) as object, "document");
  }

  /**
   * @param pointer where the schema stands, as in `/components/schemas/Job`
   * @returns what is wrong; an empty list if nothing is
   */
  faultsOf(pointer: string, value: unknown): readonly string[] {
    const check = this.#ajv.getSchema(`document#${pointer}`);
    if (!check) return [`there is no schema at ${pointer}`];
    if (check(value)) return [];
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
}

/** A step of a JSON Pointer. */
export function step(name: string): string {
  return `/${encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))}`;
}

/** Every object whose properties are named takes no others, unless it says so. */
function closed(node: unknown, isNamed = false): unknown {
  if (Array.isArray(node)) return node.map((each) => closed(each));
  if (typeof node !== "object" || node === null) return node;
  const copy = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [
      name,
      closed(value, name === "properties" && !isNamed),
    ]),
  );
  const isObject = !isNamed && Object.hasOwn(copy, "properties");
  if (isObject && copy["additionalProperties"] === undefined && copy["type"] === "object") {
    if (!isPartOfAll(copy)) copy["additionalProperties"] = false;
  }
  return copy;
}

/** A problem is one of the component, and of the types of its answer: neither has all fields. */
function isPartOfAll(schema: Record<string, unknown>): boolean {
  return Object.keys(Object(schema["properties"])).join() === "type,status";
}
