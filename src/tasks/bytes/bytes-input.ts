/** The input of a task that takes bytes: the body of a request, as it is. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { InputOf, OutputOf, Schema } from "../task.ts";
import { isMediaRange, isOfType } from "./media-type.ts";

/** The same in every copy of the package. */
const brand = Symbol.for("manycore.bytes-input");

export interface BytesOptions<Query extends Schema> {
  /** Media types that the task takes, such as `image/png` or `image/*`; any if left out. */
  readonly types?: readonly string[];
  /** The largest body that it takes; `--body-limit` if left out. It may be more than that. */
  readonly maxBytes?: number;
  /** Checks the parameters of the query. If left out, there are none. */
  readonly query?: Query;
}

/** What `run` gets. */
export interface TakenBytes<Query> {
  /** It belongs to the run: nobody else reads or writes it. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The media type, in lower case, without parameters; `application/octet-stream` if there was none. */
  readonly type: string;
  readonly query: Query;
}

/** The query of a task that names none: it is empty. */
export type NoQuery = object;

/** A schema, so that it stands where a schema of JSON stands. */
export interface BytesInput<Query extends Schema = Schema>
  extends StandardSchemaV1<TakenBytes<InputOf<Query>>, TakenBytes<OutputOf<Query>>> {
  /** Undefined for any. */
  readonly types: readonly string[] | undefined;
  /** Undefined for `--body-limit`. */
  readonly maxBytes: number | undefined;
  readonly query: Query;
}

export function isBytesInput(input: unknown): input is BytesInput {
  return typeof input === "object" && input !== null && brand in input;
}

/** @throws TypeError for an option that is wrong or unknown */
export function makeBytesInput(options: BytesOptions<Schema>): BytesInput {
  requireOptions(options);
  const { types, maxBytes, query = noQuery } = options;
  const parts = { types: types && Object.freeze([...types]), maxBytes, query };
  const validate = (value: unknown) => checkTaken(parts, value);
  const standard = { version: 1, vendor: "manycore", validate } as const;
  return Object.freeze({
    ...parts,
    [brand]: true,
    "~standard": standard as unknown as BytesInput["~standard"],
  });
}

type Parts = Pick<BytesInput, "types" | "maxBytes" | "query">;

/** It may be a job that was accepted before the task was changed: types and length are checked, too. */
function checkTaken(
  { types, maxBytes, query }: Parts,
  value: unknown,
): StandardSchemaV1.Result<unknown> | Promise<StandardSchemaV1.Result<unknown>> {
  const { data, type, query: sent = {} } = Object(value) as Partial<TakenBytes<unknown>>;
  if (!(data instanceof Uint8Array) || typeof type !== "string") return refused(noBytes);
  if (types && !isOfType(type, types)) {
    return refused(`must be one of ${types.join(", ")}; it is ${type}`, "type");
  }
  if (maxBytes !== undefined && data.length > maxBytes) {
    return refused(`must have at most ${maxBytes} bytes; it has ${data.length}`, "data");
  }
  const checked = query["~standard"].validate(sent);
  if (checked instanceof Promise) return checked;
  if (!checked.issues) return { value: { data, type, query: checked.value } };
  const issues = checked.issues.map((issue) => ({
    message: issue.message,
    path: ["query", ...(issue.path ?? [])],
  }));
  return { issues };
}

const noBytes =
  "the task takes bytes and no JSON: send them as the body of POST /tasks/NAME, with Prefer: respond-async for a job; a program gives { data, type, query }";

function refused(message: string, ...path: string[]): StandardSchemaV1.FailureResult {
  return { issues: [{ message, path }] };
}

/** The schema of a query without parameters. */
const noQuery: Schema<NoQuery> = {
  "~standard": {
    version: 1,
    vendor: "manycore",
    validate: (value) => {
      const issues = Object.keys(Object(value)).map((name) => ({
        message: "unknown parameter; leave it out",
        path: [name],
      }));
      return issues.length > 0 ? { issues } : { value: {} };
    },
    jsonSchema: {
      input: () => ({ type: "object", properties: {}, additionalProperties: false }),
    },
  } as Schema<NoQuery>["~standard"],
};

const optionNames = ["types", "maxBytes", "query"];

function requireOptions(options: BytesOptions<Schema>): void {
  const stray = Object.keys(options).find((name) => !optionNames.includes(name));
  if (stray !== undefined) {
    throw new TypeError(`bytes(): "${stray}" is no option; there are ${optionNames.join(", ")}`);
  }
  const { types, maxBytes, query } = options;
  if (
    types !== undefined &&
    !(Array.isArray(types) && types.length > 0 && types.every(isMediaRange))
  ) {
    throw new TypeError(
      'bytes(): "types" must be a list of media types, such as ["image/png"] or ["image/*"]',
    );
  }
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes > 0)) {
    throw new TypeError('bytes(): "maxBytes" must be a whole number of bytes, from 1');
  }
  if (query !== undefined && typeof query?.["~standard"]?.validate !== "function") {
    throw new TypeError('bytes(): "query" must be a schema of an object, such as z.object({})');
  }
}
