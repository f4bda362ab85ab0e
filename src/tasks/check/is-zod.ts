import type { z } from "zod";

/** Whether it is a schema of zod 4, of this or another copy of zod, which has more than the standard. */
export function isZod(schema: unknown): schema is z.ZodType {
  return typeof (schema as Partial<z.ZodType> | null | undefined)?._zod?.run === "function";
}
