import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createJudge, readPointer } from "../../../../bench/load/generator/expectation.ts";
import type { BodyCheck } from "../../../../bench/load/generator/plan.ts";

function answer(text: string, status = 200, type: string | null = null) {
  return { status, persistent: true, type, wanted: null, body: Buffer.from(text) };
}

test("the status decides before the body does", () => {
  const judge = createJudge({
    statuses: [200, 201],
    tolerated: [503],
    body: { kind: "text", equals: "good" },
  });
  expect(judge(answer("good", 201))).toBe("correct");
  expect(judge(answer("bad", 200))).toBe("wrong");
  expect(judge(answer("bad", 503))).toBe("tolerated");
  expect(judge(answer("good", 404))).toBe("unexpected");
});

test("200 is the good status where none is named", () => {
  expect(createJudge()(answer("anything"))).toBe("correct");
  expect(createJudge()(answer("", 204))).toBe("unexpected");
});

test("the type must be the whole Content-Type", () => {
  const judge = createJudge({ type: "image/png", body: { kind: "length", bytes: 1 } });
  expect(judge(answer("x", 200, "image/png"))).toBe("correct");
  expect(judge(answer("xy", 200, "image/png"))).toBe("wrong");
  expect(judge(answer("x", 200, "image/webp"))).toBe("wrong");
  expect(judge(answer("x"))).toBe("wrong");
  expect(judge(answer("", 503, "application/problem+json"))).toBe("unexpected");
});

describe("a body check", () => {
  const sha256 = createHash("sha256").update("é").digest("hex");
  test.each<[BodyCheck, string, string]>([
    [{ kind: "text", equals: "é" }, "é", "e"],
    [{ kind: "bytes", equals: new Uint8Array([0xc3, 0xa9]) }, "é", "e"],
    [{ kind: "length", bytes: 2 }, "é", "e"],
    [{ kind: "contains", text: "é:1" }, "{é:1}", "{é:2}"],
    [{ kind: "sha256", equals: sha256 }, "é", "e"],
    [{ kind: "json", pointer: "/a/1", equals: { b: [null] } }, '{"a":[0,{"b":[null]}]}', "{}"],
    [{ kind: "json", pointer: "", equals: 1 }, "1", "not JSON"],
  ])("%o", (body, right, wrong) => {
    const judge = createJudge({ body });
    expect(judge(answer(right))).toBe("correct");
    expect(judge(answer(wrong))).toBe("wrong");
  });
});

describe("a JSON pointer", () => {
  const body = Buffer.from('{"a/b":{"m~n":["x"]},"":{"":2}}');
  test.each([
    ["/a~1b/m~0n/0", "x"],
    ["//", 2],
    ["/missing/0", undefined],
    ["/a~1b/m~0n/0/deeper", undefined],
    ["/constructor", undefined],
  ])("%s", (pointer, value) => {
    expect(readPointer(body, pointer)).toEqual(value);
  });
});
