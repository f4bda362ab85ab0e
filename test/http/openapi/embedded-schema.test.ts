import { describe, expect, test } from "vitest";
import { embedSchema, listParameters } from "../../../src/http/openapi/embedded-schema.ts";

describe("a schema in the document", () => {
  const place = "#/components/schemas/tree.input";

  test("refers to its new place", () => {
    const alone = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      properties: { left: { $ref: "#" }, right: { $ref: "#/$defs/branch" } },
      $defs: { branch: { items: [{ $ref: "#/$defs/branch" }] } },
    };
    expect(embedSchema(alone, place)).toEqual({
      properties: { left: { $ref: place }, right: { $ref: `${place}/$defs/branch` } },
      $defs: { branch: { items: [{ $ref: `${place}/$defs/branch` }] } },
    });
  });

  test("keeps what only looks like a reference", () => {
    const alone = {
      properties: { $ref: { type: "string" }, default: { $ref: "#/$defs/a" } },
      default: { $ref: "#" },
      enum: [{ $ref: "#" }],
      anyOf: [{ $ref: "https://example.com/schema" }, { $ref: "#anchor" }],
    };
    expect(embedSchema(alone, place)).toEqual({
      ...alone,
      properties: { $ref: { type: "string" }, default: { $ref: `${place}/$defs/a` } },
    });
  });

  test("with an $id is left as it is", () => {
    const alone = { $id: "https://example.com/tree", properties: { left: { $ref: "#" } } };
    expect(embedSchema(alone, place)).toEqual(alone);
  });
});

describe("the parameters of a query", () => {
  test("are the properties, with what is required", () => {
    const schema = { properties: { a: { type: "string" }, b: { minimum: 1 } }, required: ["b"] };
    expect(listParameters(schema)).toEqual([
      { name: "a", isRequired: false, schema: { type: "string" } },
      { name: "b", isRequired: true, schema: { minimum: 1 } },
    ]);
  });

  test("of a union say what all branches say", () => {
    const schema = {
      oneOf: [
        {
          properties: { kind: { const: "a" }, n: { type: "integer", maximum: 5 } },
          required: ["kind", "n"],
        },
        {
          properties: { kind: { enum: ["b", "c"] }, n: { type: "integer", maximum: 9 } },
          required: ["n"],
        },
      ],
    };
    expect(listParameters(schema)).toEqual([
      { name: "kind", isRequired: false, schema: { enum: ["a", "b", "c"] } },
      { name: "n", isRequired: true, schema: { type: "integer" } },
    ]);
  });
});
