import { expect, test } from "vitest";
import { type Start, type Tool, typed } from "../../src/config/typed.ts";

test.each<[Start, Tool, string, string]>([
  ["source", "serve", "", "npm start"],
  ["source", "serve", "--help", "npm start -- --help"],
  ["source", "stress", "-- --max-pending 5", "npm run stress -- -- --max-pending 5"],
  ["package", "serve", "--help", "manycore --help"],
  ["package", "bench", "", "manycore bench"],
  ["package", "stress", "-- --max-pending 5", "manycore stress -- --max-pending 5"],
  ["npx", "serve", "", "npx manycore"],
  ["npx", "bench", "--quick", "npx manycore bench --quick"],
])("from the %s: %s %s", (start, tool, words, line) => {
  expect(typed(tool, words, start)).toBe(line);
});

test("this is the source", () => expect(typed("bench")).toBe("npm run bench"));
