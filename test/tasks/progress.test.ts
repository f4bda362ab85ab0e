import { describe, expect, test } from "vitest";
import { trackProgress } from "../../src/tasks/progress.ts";

function told() {
  const texts: string[] = [];
  let now = 0;
  const progress = trackProgress(
    (text) => texts.push(text),
    () => now,
  );
  const at = (ms: number, value: unknown) => {
    now = ms;
    progress.progress(value);
  };
  return { texts, at, progress };
}

describe("progress", () => {
  test("is reported at once, then at most ten times a second, and the last at the end", () => {
    const { texts, at, progress } = told();
    for (let ms = 0; ms <= 250; ms++) at(ms, ms);
    expect(texts).toEqual(["0", "100", "200"]);
    progress.end();
    expect(texts).toEqual(["0", "100", "200", "250"]);
  });

  test("a value that was reported already is not reported again at the end", () => {
    const { texts, at, progress } = told();
    at(0, { step: 1 });
    progress.end();
    expect(texts).toEqual(['{"step":1}']);
  });

  test("dropped values are not checked; the last value is, at the end", () => {
    const { texts, at, progress } = told();
    for (const value of [1, 1n, 2, 2n]) at(0, value);
    expect(() => progress.end()).toThrow("progress() was given something that JSON cannot hold");
    progress.endFailed();
    expect(texts).toEqual(["1"]);
  });

  test("nothing at all is null", () => {
    const { texts, at } = told();
    at(0, undefined);
    expect(texts).toEqual(["null"]);
  });

  test("a value that is no JSON, or too long, is refused with a message for the author", () => {
    const { at } = told();
    expect(() => at(0, { n: 1n })).toThrow(
      "progress() was given something that JSON cannot hold: a BigInt at /n",
    );
    expect(() => at(200, "x".repeat(10_000))).toThrow(
      /progress\(\) was given 10002 characters of JSON; at most 10000 are kept/,
    );
  });
});
