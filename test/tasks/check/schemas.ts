/** Schemas of every kind that zod has for JSON, and values that they may accept or refuse. */
import fc from "fast-check";
import { z } from "zod";

const node: z.ZodType = z.lazy(() =>
  z.strictObject({ value: z.number(), children: z.array(node).max(2).optional() }),
);

/** Ways in which zod passes issues on, drops them, or turns them into a value. */
export const schemas: Record<string, z.ZodType> = {
  array: z.array(z.number()),
  nested: z.object({ list: z.array(z.array(z.int().min(3))).min(1), name: z.string().optional() }),
  union: z.array(z.union([z.number(), z.object({ a: z.array(z.number()) }), z.string().min(1)])),
  discriminated: z.discriminatedUnion("k", [
    z.object({ k: z.literal("a"), v: z.array(z.string()) }),
    z.object({ k: z.literal("b") }),
  ]),
  refined: z.array(z.number().refine((value) => value > 2)).refine((all) => all.length < 3),
  "refined in any case": z
    .array(z.number())
    .check(z.refine((all) => Array.isArray(all) && all.length < 3, { when: () => true })),
  transformed: z.array(z.string().transform((text) => text.length)).transform((all) => all.length),
  piped: z.strictObject({ a: z.unknown() }).pipe(z.object({ a: z.array(z.number()) })),
  record: z.record(z.string(), z.array(z.number())),
  tuple: z.tuple([z.number()], z.string()),
  intersection: z.intersection(z.strictObject({ a: z.any() }), z.object({ b: z.array(z.int()) })),
  default: z.object({ a: z.array(z.number()).default([1]), b: z.number().prefault(2) }),
  lazy: node,
  caught: z.array(z.array(z.number()).catch([])),
  "caught by what is wrong": z.object({
    a: z
      .array(z.number())
      .catch(({ issues, value }) => [issues.length, JSON.stringify(value)?.length ?? 0]),
  }),
  json: z.json(),
  formats: z.object({ a: z.array(z.email().max(20).or(z.iso.date())), b: z.uuid().optional() }),
  trimmed: z.array(
    z
      .string()
      .trim()
      .toUpperCase()
      .min(1)
      .regex(/^[A-Z]/),
  ),
  recursive: z.object({
    get children() {
      return z.array(schemas["recursive"] as z.ZodType).optional();
    },
  }),
  coded: z.array(z.stringbool().or(z.coerce.number().transform((each) => each + 1))),
  preprocessed: z.preprocess(
    (sent) => (typeof sent === "string" ? [sent] : sent),
    z.array(z.any()),
  ),
  custom: z.array(z.custom<string>((sent) => typeof sent === "string" && sent.length > 0)),
  wrapped: z.object({
    a: z.array(z.number().positive()).readonly().nullable().nonoptional(),
    b: z.int().max(3).prefault(2).brand("small"),
    k: z
      .enum(["a", "b"])
      .or(z.literal([1, 2]))
      .default(1),
    v: z.templateLiteral(["a", z.number()]).optional(),
  }),
  checked: z.array(z.string()).superRefine((all, context) => {
    if (all.length > 2) context.addIssue({ code: "custom", message: "too many", path: [2] });
  }),
  keys: z.record(z.string().max(1), z.number().max(3)),
  exclusive: z.array(z.xor([z.number(), z.number().min(3), z.string()])),
};

const key = fc.constantFrom("a", "b", "k", "v", "list", "name", "value", "children", "__proto__");
export const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(1, 2, 3, 4.5, "", "a", "b", null, true, undefined),
    fc.array(tie("value"), { maxLength: 30 }),
    fc.dictionary(key, tie("value")),
  ),
}));
