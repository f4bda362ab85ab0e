import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { abortingTwin } from "../../../src/tasks/check/aborting-twin.ts";
import { mostPartsForAll, parseBounded } from "../../../src/tasks/check/bounded-parse.ts";
import { schemas, value } from "./schemas.ts";

const most = 20;
const many = mostPartsForAll + 1;

test.each(Object.entries(schemas).filter(([name]) => !name.startsWith("caught")))(
  "%s: the twin that aborts takes and returns the same, and leaves the schema as it was",
  (_, schema) => {
    fc.assert(
      fc.property(value, (sent) => {
        const before = schema.safeParse(sent);
        const context = { async: false, abortEarly: true };
        const twin = abortingTwin(schema)._zod.run({ value: sent, issues: [] }, context);
        if (twin instanceof Promise) throw twin;
        expect(twin.issues.length === 0).toBe(before.success);
        if (before.success) expect(twin.value).toEqual(before.data);
        expect(schema.safeParse(sent)).toEqual(before);
      }),
    );
  },
);

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
    ["refined items", z.array(z.number().refine((each) => each < 0)), Array(many).fill(1)],
    ["formats", z.array(z.email()), Array(many).fill("")],
    ["lengths", z.array(z.object({ a: z.string().min(1) })), Array(many).fill({ a: "" })],
    ["lists", z.union([z.array(z.int().min(5)), z.array(z.int().min(6))]), Array(many).fill(1)],
  ])("with many wrong %s is checked until the first", (_, schema, sent) => {
    const parsed = parseBounded<unknown>(schema, sent, most);
    expect(parsed).toMatchObject({ kind: "invalid", issues: [{}], more: undefined });
  });

  test("that is valid comes back whole", () => {
    const sent = Array.from({ length: many }, (_, index) => index);
    expect(parseBounded(z.array(z.number()), sent, most)).toEqual({ kind: "valid", value: sent });
  });

  test("gets messages only for the issues that are shown", () => {
    let written = 0;
    const error = () => {
      written += 1;
      return "must be small";
    };
    const schema = z.array(z.number()).superRefine((all, context) => {
      for (const each of all)
        context.addIssue({
          code: "invalid_type",
          expected: "nan",
          input: each,
          inst: z.nan({ error }),
        });
    });
    const parsed = parseBounded(schema, Array(many).fill(1), most);
    expect(parsed.kind === "invalid" && parsed.issues.length).toBe(most);
    expect(written).toBe(most);
  });

  test("which is too long for its schema is not searched", () => {
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

test("a schema that endlessly makes new ones is accepted", () => {
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
