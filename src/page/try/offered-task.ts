import type { JsonSchema } from "./form/json-schema.ts";

/** A task of the server, as `GET /tasks` shows it. */
export interface OfferedTask {
  readonly name: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly input: JsonSchema | BytesSchema;
}

/** The input of a task that takes the body as it comes. */
export interface BytesSchema {
  readonly body: { readonly types: readonly string[]; readonly maxBytes: number };
  readonly query: JsonSchema;
}

export function takesBytes(input: OfferedTask["input"]): input is BytesSchema {
  return "body" in input && typeof input.body === "object";
}
