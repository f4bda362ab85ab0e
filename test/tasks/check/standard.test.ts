import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkInput } from "../../../src/tasks/check/check.ts";
import { inputSchema, outputSchema } from "../../../src/tasks/check/json-schema.ts";
import { defineTask } from "../../../src/tasks/define.ts";
import type { Schema } from "../../../src/tasks/task.ts";

function tasked(input: Schema) {
  return defineTask({ name: "sized", input, run: () => null });
}

/** The same schema in three libraries. */
const sized: readonly (readonly [string, Schema])[] = [
  ["zod", z.strictObject({ sizes: z.array(z.number()), unit: z.string().default("px") })],
  ["valibot", v.strictObject({ sizes: v.array(v.number()), unit: v.optional(v.string(), "px") })],
  ["arktype", type({ "+": "reject", sizes: "number[]", unit: "string = 'px'" })],
];

describe.each(sized)("a schema of %s", (_, schema) => {
  const task = tasked(schema);

  test("makes the input of a run", () => {
    expect(checkInput(task, { sizes: [1] })).toEqual({ sizes: [1], unit: "px" });
  });

  test.each([
    ["in a list", { sizes: [1, 2, "3"] }, "/sizes/2"],
    ["missing", {}, "/sizes"],
    ["unknown", { sizes: [], "a/b~c": 1 }, "/a~1b~0c"],
    ["the whole", 1, ""],
  ])("refuses what is wrong, with its place: %s", (_case, sent, path) => {
    const errors = [{ path, message: expect.stringMatching(/./) }];
    const detail = expect.stringMatching(
      path === "" ? /^The input of sized is not valid\. The input of sized itself: ./ : `${path}: `,
    );
    const refused = expect.objectContaining({ type: "invalid-input", errors, detail });
    expect(() => checkInput(task, sent)).toThrow(refused);
  });

  test("tells the first twenty faults, and how many more there are", () => {
    const check = () => checkInput(task, { sizes: Array.from({ length: 25 }, () => "no") });
    const errors = Array.from({ length: 20 }, (_each, index) =>
      expect.objectContaining({ path: `/sizes/${index}` }),
    );
    const detail = expect.stringMatching(/; and 5 more\.$/);
    expect(check).toThrow(expect.objectContaining({ errors, detail }));
  });
});

/** A schema whose `validate` is this. */
function standard(validate: unknown, more: object = {}): Schema {
  return { "~standard": { version: 1, vendor: "mine", validate, ...more } } as Schema;
}

describe("a schema that misbehaves", () => {
  test.each<[string, Schema, string]>([
    ["asynchronous", standard(async () => ({ value: 1 })), "it is asynchronous: check in run"],
    [
      "asynchronous, and fails",
      standard(() => Promise.reject(new Error("late"))),
      "it is asynchronous",
    ],
    [
      "asynchronous, of valibot",
      v.pipeAsync(
        v.string(),
        v.checkAsync(async () => true),
      ),
      "it is asynchronous",
    ],
    ["asynchronous, of zod", z.string().refine(async () => true), "it is asynchronous: check in"],
    ["nothing", standard(() => undefined), "it returned a value of type undefined: use a schema"],
    ["neither", standard(() => ({})), "it returned neither a value nor issues: use a schema of"],
    ["issues that are none", standard(() => ({ issues: "bad" })), "it returned issues that"],
  ])("fails the task, which it names: %s", (_, schema, why) => {
    const detail = expect.stringMatching(`^The schema of task sized failed: ${why}`);
    const failed = expect.objectContaining({ type: "task-failed", detail });
    expect(() => checkInput(tasked(schema), "a")).toThrow(failed);
  });

  test("may refuse an input without a reason, or with issues of any form", () => {
    const refused = (issues: unknown) => () => checkInput(tasked(standard(() => ({ issues }))), 1);
    const withoutReason = [{ path: "", message: "it is refused, without a reason" }];
    expect(refused([])).toThrow(expect.objectContaining({ errors: withoutReason }));
    const odd = ["just text", null, { message: "m", path: [{ key: "a" }, 0, { other: 1 }, null] }];
    const paths = ["", "", "/a/0/[object Object]/null"];
    const errors = paths.map((path) => expect.objectContaining({ path }));
    expect(refused(odd)).toThrow(expect.objectContaining({ type: "invalid-input", errors }));
  });
});

describe("the JSON Schema", () => {
  test("is made by the library where it can", () => {
    const properties = { sizes: { type: "array", items: { type: "number" } } };
    expect(inputSchema(tasked(type({ sizes: "number[]" })))).toMatchObject({ properties });
  });

  test("is one that accepts anything and says why, where it cannot", () => {
    const description = expect.stringContaining(
      "This input has no JSON Schema: its schema, of val",
    );
    expect(inputSchema(tasked(v.string()))).toEqual({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      description,
    });
    const jsonSchema = {
      input: () => {
        throw new Error("no way");
      },
    };
    const shown = inputSchema(tasked(standard(() => ({ value: 1 }), { jsonSchema })));
    expect(shown).toMatchObject({ description: "This input has no JSON Schema: no way" });
  });

  test("tells an output apart from an input of the same schema", () => {
    const schema = z.object({ unit: z.string().default("px") });
    const task = defineTask({ name: "a", input: schema, output: schema, run: () => ({}) });
    expect(inputSchema(task)).not.toHaveProperty("required");
    expect(outputSchema(task)).toMatchObject({ required: ["unit"] });
    expect(outputSchema(tasked(schema))).toBeUndefined();
  });
});
