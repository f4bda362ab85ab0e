import { describe, expect, test } from "vitest";
import { progressOf } from "../../src/tasks/progress.ts";

function told() {
  const texts: string[] = [];
  let now = 0;
  const progress = progressOf(
    (text) => texts.push(text),
    () => now,
  );
  const at = (ms: number, value: unknown) => {
    now = ms;
    progress.context.progress(value);
  };
  return { texts, at, progress };
}

describe("progress", () => {
  test("is told at once, then ten times a second at most, and the last at the end", () => {
    const { texts, at, progress } = told();
    for (let ms = 0; ms <= 250; ms++) at(ms, ms);
    expect(texts).toEqual(["0", "100", "200"]);
    progress.end();
    expect(texts).toEqual(["0", "100", "200", "250"]);
  });

  test("what was told already is not told again at the end", () => {
    const { texts, at, progress } = told();
    at(0, { step: 1 });
    progress.end();
    expect(texts).toEqual(['{"step":1}']);
  });

  test("nothing at all is null", () => {
    const { texts, at } = told();
    at(0, undefined);
    expect(texts).toEqual(["null"]);
  });

  test("what is no JSON, or too much, is refused in the task's own words", () => {
    const { at } = told();
    expect(() => at(0, 1n)).toThrow(TypeError);
    expect(() => at(200, "x".repeat(10_000))).toThrow(
      /progress\(\) was given 10002 characters of JSON; at most 10000 are kept/,
    );
  });
});
