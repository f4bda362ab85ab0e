import { expect, test } from "vitest";
import { readPropertyTypes, readQueryInput } from "../../src/http/query.ts";

const types = readPropertyTypes({
  type: "object",
  properties: {
    text: { type: "string" },
    count: { type: "integer" },
    ratio: { type: "number" },
    flag: { type: "boolean" },
    either: { anyOf: [{ type: "string" }, { type: "number" }] },
  },
  anyOf: [{ properties: { branch: { enum: [1, 2] } } }],
});

test("text becomes what the schema asks for", () => {
  const query = { text: "1", count: "1000", ratio: "-1.5e3", flag: "true", branch: "2" };
  expect(readQueryInput(query, types)).toEqual({
    text: "1",
    count: 1000,
    ratio: -1500,
    flag: true,
    branch: 2,
  });
});

test("one parameter may be somebody else's, however often it is given", () => {
  const query = { text: "1", executor: ["inline", "libuv"] };
  expect(readQueryInput(query, types, "executor")).toEqual({ text: "1" });
});

test("text stays text where the schema would take it", () => {
  expect(readQueryInput({ either: "5", unknown: "5" }, types)).toEqual({
    either: "5",
    unknown: "5",
  });
});

test.each(["NaN", "Infinity", "0x10", "1_000", " 1", "1 ", "", "١", "01", "1e"])(
  "what is no JSON number is left for the schema to refuse: %j",
  (text) => {
    expect(readQueryInput({ count: text }, types)).toEqual({ count: text });
  },
);

test("a name from the prototype is a field like any other, but for the one schemas pass over", () => {
  const named = (name: string) => Object.assign(Object.create(null), { [name]: "1" });
  expect(Object.entries(readQueryInput(named("constructor"), types) as object)).toEqual([
    ["constructor", "1"],
  ]);
  expect(() => readQueryInput(named("__proto__"), types)).toThrow("/__proto__: leave it out");
});
