import type { StandardJSONSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import { messageOf } from "../../errors.ts";
import type { Schema, Task } from "../task.ts";
import { isZod } from "./is-zod.ts";

type Side = "input" | "output";

const made = {
  input: new WeakMap<Schema, unknown>(),
  output: new WeakMap<Schema, unknown>(),
};

/** The JSON Schema (2020-12) of the task's input; made once. */
export function inputSchema(task: Task): unknown {
  return madeOnce(task.input, "input");
}

/** The JSON Schema of what the task returns to clients; undefined if it has no schema `output`. */
export function outputSchema({ output }: Task): unknown {
  return output && madeOnce(output, "output");
}

function madeOnce(schema: Schema, side: Side): unknown {
  const known = made[side].get(schema);
  if (known) return known;
  const json = jsonSchema(schema, side);
  made[side].set(schema, json);
  return json;
}

/** If it cannot be written, a schema that accepts anything and says why: the task itself works. */
function jsonSchema(schema: Schema, side: Side): unknown {
  try {
    const written = isZod(schema) ? zodSchema(schema, side) : standardSchema(schema, side);
    JSON.stringify(written); // A default may be a cycle or a bigint.
    return written;
  } catch (error) {
    const description = `This ${side} has no JSON Schema: ${messageOf(error)}`;
    return { $schema: "https://json-schema.org/draft/2020-12/schema", description };
  }
}

function zodSchema(schema: z.ZodType, io: Side): unknown {
  return z.toJSONSchema(schema, { io, unrepresentable: "any" });
}

type MayWriteJson = { readonly vendor: string } & Partial<StandardJSONSchemaV1["~standard"]>;

function standardSchema(schema: Schema, side: Side): unknown {
  const { vendor, jsonSchema }: MayWriteJson = schema["~standard"];
  if (!jsonSchema) throw new Error(`its schema, of ${vendor}, makes none (~standard.jsonSchema)`);
  return jsonSchema[side]({ target: "draft-2020-12" });
}
