import { z } from "zod";

/** What is said of a field: a sentence, or a schema that shows it better than the one that checks it. */
type FieldDescription = string | z.ZodType;

/**
 * The schema that checks an object, with a description of every field. A field that has none does
 * not compile, so that no field is forgotten. The descriptions are not beside the fields: only a
 * reader of the document needs them, and each of them would take time in the start of every worker.
 */
export function describeFields<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  fields: Readonly<Record<keyof Shape, FieldDescription>>,
): z.ZodObject<Shape> {
  const shape = Object.fromEntries(
    Object.entries<FieldDescription>(fields).map(([name, described]) => [
      name,
      typeof described === "string"
        ? (schema.shape[name] as unknown as z.ZodType).describe(described)
        : described,
    ]),
  );
  return z.strictObject(shape) as unknown as z.ZodObject<Shape>;
}
