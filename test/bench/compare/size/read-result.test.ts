/** Files that may hold anything. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readResult } from "../../../../bench/compare/size/read-result.ts";
import { benchResult, stoppedResult } from "../../../fixtures/bench-result.ts";
import { root } from "../../../helpers/documents.ts";

const folder = mkdtempSync(join(tmpdir(), "sizing-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(text: string): string {
  const file = join(folder, "bench.json");
  writeFileSync(file, text);
  return file;
}

const read = (text: string) => readResult(write(text), "--from bench.json");

test.each([
  ["a result", benchResult],
  ["one that was stopped", stoppedResult],
])("%s is read with what a size needs", (_what, result) => {
  const { variants, work } = read(JSON.stringify(result));
  expect(work.task).toBe(result.work.task);
  expect(variants.map(({ name, peak }) => [name, peak?.median])).toEqual(
    result.variants.map(({ name, peak }) => [name, peak?.median]),
  );
});

test("the result of the documents is one", () => {
  const text = readFileSync(new URL("docs/bench.json", root), "utf8");
  expect(read(text).variants.length).toBeGreaterThan(5);
});

const [first, ...others] = benchResult.variants;
const withFirst = (change: object) =>
  JSON.stringify({ ...benchResult, variants: [{ ...first, ...change }, ...others] });

test.each([
  ["", /it is no JSON/],
  ["{", /it is no JSON/],
  ["null", /no result of the bench/],
  ["[]", /no result of the bench/],
  ['{"format":"manycore-stress","formatVersion":1}', /\(\/format: /],
  [JSON.stringify({ ...benchResult, formatVersion: 2 }), /\(\/formatVersion: /],
  [JSON.stringify({ ...benchResult, variants: {} }), /\(\/variants: /],
  [withFirst({ workers: 0 }), /\(\/variants\/0\/workers: /],
  [withFirst({ workers: 1e9 }), /\(\/variants\/0\/workers: /],
  [withFirst({ peak: { median: -1, values: [] } }), /\(\/variants\/0\/peak/],
  [withFirst({ runTimes: { count: 1, mean: 1, values: [] } }), /\(\/variants\/0\/runTimes/],
])("refused with the file and the remedy: %.60s", (text, message) => {
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).toThrow(
    /^--from bench\.json: .* Give the bench\.json of an earlier bench$/,
  );
});

test("a file that is not there", () => {
  const file = join(folder, "none.json");
  expect(() => readResult(file, `--from ${file}`)).toThrow(/cannot be read \(ENOENT/);
});
