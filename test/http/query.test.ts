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

test("text becomes the type that the schema asks for", () => {
  const query = { text: "1", count: "1000", ratio: "-1.5e3", flag: "true", branch: "2" };
  expect(readQueryInput(query, types)).toEqual({
    text: "1",
    count: 1000,
    ratio: -1500,
    flag: true,
    branch: 2,
  });
});

test("one parameter may belong to somebody else, however often it is given", () => {
  const query = { text: "1", executor: ["inline", "libuv"] };
  expect(readQueryInput(query, types, "executor")).toEqual({ text: "1" });
});

test("text stays text if the schema accepts text", () => {
  expect(readQueryInput({ either: "5", unknown: "5" }, types)).toEqual({
    either: "5",
    unknown: "5",
  });
});

test.each(["NaN", "Infinity", "0x10", "1_000", " 1", "1 ", "", "١", "01", "1e"])(
  "text that is no JSON number is left to the schema: %j",
  (text) => {
    expect(readQueryInput({ count: text }, types)).toEqual({ count: text });
  },
);

test("a name from the prototype is an ordinary field, except __proto__", () => {
  const named = (name: string) => Object.assign(Object.create(null), { [name]: "1" });
  expect(Object.entries(readQueryInput(named("constructor"), types) as object)).toEqual([
    ["constructor", "1"],
  ]);
  expect(() => readQueryInput(named("__proto__"), types)).toThrow("/__proto__: leave it out");
});
