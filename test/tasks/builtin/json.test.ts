import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JsonResult, sortJson } from "../../../src/tasks/builtin/json/canonical.ts";
import { jsonTask } from "../../../src/tasks/builtin/json/json.ts";

/** A run as for a client: the text is parsed, checked, and passed to the task. */
function run(text: string): JsonResult {
  return sortJson(jsonTask.input.parse({ document: JSON.parse(text) }) as never);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The expected result for this canonical text. */
function expectCanonical(text: string, canonical: string): void {
  expect(run(text)).toMatchObject({
    sha256: sha256(canonical),
    bytes: Buffer.byteLength(canonical),
  });
}

describe("the canonical text is that of RFC 8785", () => {
  test("in the example of section 3.2.2", () => {
    expectCanonical(
      String.raw`{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }`,
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test("in the order of names of section 3.2.3", () => {
    expectCanonical(
      String.raw`{
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis"
      }`,
      `{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With ` +
        `Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet ` +
        `With Dagesh"}`,
    );
  });

  test("where names look like numbers, which JavaScript lists first and by size", () => {
    expectCanonical('{"b":1,"9":2,"10":3,"":4}', '{"":4,"10":3,"9":2,"b":1}');
  });

  test("of a bare value, and of minus zero", () => {
    expectCanonical('"é"', '"é"');
    expectCanonical("[-0, 1e2]", "[0,100]");
    expectCanonical(String.raw`"\ud800"`, String.raw`"\ud800"`);
  });
});

test("any document comes back equal, and its text does not depend on the order of names", () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, inner]) => [name, reversed(inner)]),
    );
  };
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const result = run(text);
      expect(result.document).toEqual(JSON.parse(text));
      const other = run(JSON.stringify(reversed(JSON.parse(text))));
      expect(other).toEqual(result);
    }),
    { numRuns: 300 },
  );
});

test("where no name is an index, JSON.stringify of the document gives the canonical text", () => {
  const name = fc.string({ unit: "grapheme" }).map((text) => `x${text}`);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(null, true, 0.1, "a", "ü"),
      fc.array(tie("tree")),
      fc.dictionary(name, tie("tree")),
    ),
  }));
  fc.assert(
    fc.property(tree, (document) => {
      const result = run(JSON.stringify(document));
      const text = JSON.stringify(result.document);
      expect(result).toMatchObject({ sha256: sha256(text), bytes: Buffer.byteLength(text) });
    }),
  );
});

test.each([
  ["null", 1, 0],
  ['"text"', 1, 0],
  ["[]", 1, 1],
  ["{}", 1, 1],
  ["[[1,2],3]", 5, 2],
  ['{"a":{"b":[{}]},"c":null}', 5, 4],
])("%s has %i values and the depth %i", (text, values, depth) => {
  expect(run(text)).toMatchObject({ values, depth });
});

test("a member named __proto__ stays a member", () => {
  const { document } = run('{"b":1,"__proto__":{"polluted":true},"a":{"__proto__":null}}');
  expect(JSON.stringify(document)).toBe(
    '{"__proto__":{"polluted":true},"a":{"__proto__":null},"b":1}',
  );
  expect(document).not.toHaveProperty("polluted");
  expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
  expect(structuredClone(document)).toEqual(document);
});

describe("the schema", () => {
  const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  const fault = (input: unknown) => jsonTask.input.safeParse(input).error?.issues;

  test("accepts 512 levels, as does every later step", () => {
    const result = run(nested(512));
    expect(result.depth).toBe(512);
    expect(JSON.stringify(structuredClone(result.document))).toBe(nested(512));
  });

  test.each([[513], [1_000_000]])("does not take %i levels", (levels) => {
    expect(fault({ document: JSON.parse(nested(levels)) })).toMatchObject([
      { path: ["document"], message: "document must not be nested deeper than 512 levels" },
    ]);
    const objects = JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
    expect(fault({ document: objects })).toHaveLength(1);
  });

  test("refuses a cycle", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(fault({ document: circle })).toHaveLength(1);
  });

  test("requires a document", () => {
    expect(fault({})).toMatchObject([
      { path: ["document"], message: "document is missing: give any JSON value" },
    ]);
  });

  test.each([
    [JSON.parse("1e999")],
    [[Number.NaN]],
    [{ a: undefined }],
    [[() => 1]],
    [{ at: new Date(0) }],
    [new Map()],
    [10n],
  ])("does not take %o, which JSON cannot say", (document) => {
    expect(fault({ document })).toMatchObject([
      { path: ["document"], message: expect.stringMatching(/^document must be JSON/) },
    ]);
  });

  test("refuses other fields", () => {
    expect(fault({ document: 1, sort: false })).toMatchObject([
      { path: ["sort"], message: "sort is not a field of json: it takes document" },
    ]);
  });
});
