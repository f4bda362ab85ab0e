import { describe, expect, test } from "vitest";
import { fieldAt, variantsOf } from "../../../src/page/try/form/fields.ts";
import type { JsonSchema } from "../../../src/page/try/form/json-schema.ts";
import { readInput, readJson, typedFor } from "../../../src/page/try/form/read-input.ts";
import { inputSchema } from "../../../src/tasks/check/json-schema.ts";
import { builtInTasks } from "../../../src/tasks/registry.ts";
import { limits } from "../../helpers/services.ts";

const schema: JsonSchema = {
  type: "object",
  properties: {
    text: { type: "string", description: "What is read", maxLength: 10 },
    width: { type: "integer", default: 200, minimum: 1, maximum: 500 },
    share: { type: "number" },
    isLoud: { type: "boolean", default: false },
    form: { type: "string", enum: ["png", "svg"] },
    level: { enum: [1, 2] },
    "a/b": { type: "array" },
  },
  required: ["text", "share"],
};
const [plain] = variantsOf(schema) ?? [];
if (!plain) throw new Error("There are fields");

describe("the fields of a JSON Schema", () => {
  test("have a control by their type; what has none is JSON", () => {
    const kinds = plain.fields.map(({ name, kind }) => [name, kind]);
    expect(Object.fromEntries(kinds)).toEqual({
      ...{ text: "text", width: "number", share: "number", isLoud: "choice" },
      ...{ form: "choice", level: "choice", "a/b": "json" },
    });
    const [text, width] = plain.fields;
    expect(text).toMatchObject({ isRequired: true, description: "What is read", maxLength: 10 });
    expect(width).toMatchObject({ isInteger: true, preset: 200, min: 1, max: 500 });
  });

  test("are of one variant at a time, where a constant tells them apart", () => {
    const variants = variantsOf({
      oneOf: [
        { type: "object", properties: { kind: { const: "a" }, size: { type: "number" } } },
        { type: "object", properties: { kind: { const: "b" } } },
      ],
    });
    expect(variants?.map(({ chosenBy, fields }) => [chosenBy, fields.length])).toEqual([
      [{ name: "kind", value: "a" }, 1],
      [{ name: "kind", value: "b" }, 0],
    ]);
  });

  test.each([
    {},
    { type: "string" },
    { oneOf: [{ type: "string" }, { type: "null" }] },
    { anyOf: [{ properties: { kind: { const: "a" } } }, { properties: { other: {} } }] },
  ])("%j has none: it is written as JSON", (whole) => {
    expect(variantsOf(whole)).toBeNull();
  });

  test("every built-in task has a form", () => {
    for (const task of builtInTasks(limits)) {
      expect([task.name, variantsOf(inputSchema(task) as JsonSchema)]).not.toContain(null);
    }
  });

  test("are found by the JSON Pointer of a fault in them", () => {
    expect(fieldAt(plain.fields, "/a~1b/0/x")?.name).toBe("a/b");
    expect(fieldAt(plain.fields, "/text")?.name).toBe("text");
    expect(fieldAt(plain.fields, "/textual")).toBeUndefined();
    expect(fieldAt(plain.fields, "")).toBeUndefined();
  });
});

describe("what was typed", () => {
  const read = (typed: Record<string, string>) => readInput(plain, new Map(Object.entries(typed)));

  test("becomes an input; what is empty is left out", () => {
    const typed = {
      "/text": "abc",
      "/share": "0.5",
      "/isLoud": "true",
      "/level": "2",
      "/a~1b": "[1]",
    };
    const input = { text: "abc", share: 0.5, isLoud: true, level: 2, "a/b": [1] };
    expect(read(typed)).toEqual({ ok: true, input });
    expect(readInput(plain, typedFor(plain, input))).toEqual({ ok: true, input });
  });

  test("is refused where it is not of its kind, and where something is needed", () => {
    const got = read({ "/width": "wide", "/a~1b": "[1" });
    const faults = got.ok ? [] : got.faults;
    expect(faults.map(({ path }) => path)).toEqual(["/width", "/share", "/a~1b"]);
    expect(faults[2]?.message).toContain("not JSON");
  });

  test("names the variant that was chosen", () => {
    const variant = { chosenBy: { name: "kind", value: "a" }, fields: [] };
    expect(readInput(variant, new Map())).toEqual({ ok: true, input: { kind: "a" } });
  });

  test("may be the whole input as JSON", () => {
    expect(readJson('{"a":1}')).toEqual({ ok: true, input: { a: 1 } });
    expect(readJson("{")).toMatchObject({ ok: false, faults: [{ path: "" }] });
  });
});
