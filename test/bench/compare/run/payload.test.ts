import { expect, test } from "vitest";
import { makePayload } from "../../../../bench/compare/run/payload.ts";
import { makeRunRequest } from "../../../../bench/compare/run/work.ts";

const json = (input: unknown, result: string | null) => ({
  ...{ input, body: null, answer: { kind: "json", result } as const },
});

test.each([1024, 100_000])("a document of %i bytes, or one member more", (bytes) => {
  const length = JSON.stringify(makePayload(bytes)).length;
  expect(length).toBeGreaterThan(bytes);
  expect(length).toBeLessThan(bytes + 200);
});

test("the answer must have the bare computation's result, the end of it where it is long", () => {
  const request = makeRunRequest("json", json({ a: 1 }, '{"b":2}'));
  expect(request).toMatchObject({ method: "POST", path: "/tasks/json", body: '{"a":1}' });
  expect(request.expect?.body).toEqual({ kind: "contains", text: '"result":{"b":2},"run":' });
  const long = makeRunRequest("json", json(1, `"${"x".repeat(10_000)}"`));
  const body = long.expect?.body;
  expect(body?.kind === "contains" ? body.text.length : 0).toBe(4_096);
});

test("where the result differs from run to run, the status alone is checked", () => {
  expect(makeRunRequest("dice", json(null, null)).expect).toBeUndefined();
});

test("a hash is asked for by GET, where a query can hold its input", () => {
  const input = { input: "a b", iterations: 10 };
  const { method, path, body } = makeRunRequest("hash", json(input, null));
  expect([method, path, body]).toEqual([undefined, "/hash?input=a%20b&iterations=10", undefined]);
  const long = { input: "x".repeat(10_000) };
  const posted = makeRunRequest("hash", json(long, null));
  expect(posted).toEqual({ method: "POST", path: "/tasks/hash", body: JSON.stringify(long) });
});
