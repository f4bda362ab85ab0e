import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { mostPartsForAll, parseBounded } from "../../src/tasks/bounded-parse.ts";

const most = 20;
const many = mostPartsForAll + 1;

const node: z.ZodType = z.lazy(() =>
  z.strictObject({ value: z.number(), children: z.array(node).max(2).optional() }),
);

/** Ways in which zod passes issues on, drops them, or makes something of them. */
const schemas: Record<string, z.ZodType> = {
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
};

const key = fc.constantFrom("a", "b", "k", "v", "list", "name", "value", "children", "__proto__");
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(1, 2, 3, 4.5, "", "a", "b", null, true, undefined),
    fc.array(tie("value"), { maxLength: 30 }),
    fc.dictionary(key, tie("value")),
  ),
}));

describe.each(Object.entries(schemas))("%s", (_, schema) => {
  test("gives what safeParse gives: the same value, or the first of the same issues", () => {
    fc.assert(
      fc.property(value, (sent) => {
        const whole = schema.safeParse(sent);
        const parsed = parseBounded(schema, sent, most);
        if (whole.success) {
          expect(parsed).toEqual({ kind: "valid", value: whole.data });
          return;
        }
        if (parsed.kind === "valid") throw new Error("safeParse refuses it");
        expect(parsed.issues.length).toBeGreaterThan(0);
        if (parsed.more === undefined) {
          for (const issue of parsed.issues) expect(whole.error.issues).toContainEqual(issue);
        } else {
          expect(parsed.issues).toEqual(whole.error.issues.slice(0, most));
          expect(parsed.more).toBe(whole.error.issues.length - parsed.issues.length);
        }
      }),
    );
  });
});

describe("a large value", () => {
  test.each([
    ["items", z.array(z.number()), Array(many).fill("")],
    ["items deep in it", z.object({ a: z.array(z.number()) }), { a: Array(many).fill("") }],
    ["items of a union", z.array(z.union([z.number(), z.array(z.number())])), Array(many).fill("")],
    ["fields", z.object({}).catchall(z.number()), Object.fromEntries(Array(many).entries())],
  ])("with many wrong %s is checked until the first", (_, schema, sent) => {
    const parsed = parseBounded<unknown>(schema, sent, most);
    expect(parsed).toMatchObject({ kind: "invalid", issues: [{}], more: undefined });
  });

  test("that is valid comes back whole", () => {
    const sent = Array.from({ length: many }, (_, index) => index);
    expect(parseBounded(z.array(z.number()), sent, most)).toEqual({ kind: "valid", value: sent });
  });

  test("gets messages for no more issues than are told", () => {
    let written = 0;
    const error = () => {
      written += 1;
      return "must be small";
    };
    const schema = z.array(z.number().refine((each) => each < 0, { error }));
    const parsed = parseBounded(schema, Array(many).fill(1), most);
    expect(parsed).toMatchObject({ kind: "invalid", more: undefined });
    expect(written).toBe(most);
  });

  test("which is too long for its schema is not looked into", () => {
    let seen = 0;
    const schema = z.array(z.number().refine(() => ++seen)).max(100);
    expect(parseBounded(schema, Array(many).fill(1), most).kind).toBe("invalid");
    expect(seen).toBe(0);
  });
});

test("a small value and a wide schema do not make an issue for each field of each item", () => {
  const fields = Array.from({ length: 100 }, (_, index) => [`field${index}`, z.number()] as const);
  let made = 0;
  const first = z.unknown().transform((each) => {
    made += 1;
    return each;
  });
  const last = z.object({ ...Object.fromEntries(fields), last: first });
  const parsed = parseBounded(z.array(last), Array(5000).fill({}), most);
  expect(parsed).toMatchObject({ kind: "invalid", more: undefined });
  expect(parsed.kind === "invalid" && parsed.issues.length).toBe(most);
  expect(made, "objects that were checked to their last field").toBeLessThan(100);
});

test("a schema that is asynchronous, or throws, throws here too", () => {
  const slow = z.string().refine(async () => true);
  expect(() => parseBounded(slow, "", most)).toThrow(z.core.$ZodAsyncError);
  const broken = z.string().refine(() => {
    throw new RangeError("no luck");
  });
  expect(() => parseBounded(broken, "", most)).toThrow("no luck");
});

test("a schema that makes new ones without an end is taken", () => {
  const endless = (): z.ZodType => z.lazy(() => z.object({ next: z.optional(endless()) }));
  expect(parseBounded(endless(), { next: { next: {} } }, most).kind).toBe("valid");
});

test("a default is made for the inputs that need it, and for no others", () => {
  const fail = () => {
    throw new Error("no default today");
  };
  const schema = z.object({ id: z.string().default(fail) });
  expect(parseBounded(schema, { id: "a" }, most).kind).toBe("valid");
  expect(() => parseBounded(schema, {}, most)).toThrow("no default today");
});
