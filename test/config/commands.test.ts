import { expect, test } from "vitest";
import { type Command, type Start, startOf, typed } from "../../src/config/commands.ts";

test.each<[Start, Command, string, string]>([
  ["source", "serve", "", "npm start"],
  ["source", "serve", "--help", "npm start -- --help"],
  ["source", "stress", "-- --max-pending 5", "npm run stress -- -- --max-pending 5"],
  ["package", "serve", "--help", "manycore serve --help"],
  ["package", "bench", "", "manycore bench"],
  ["package", "stress", "-- --max-pending 5", "manycore stress -- --max-pending 5"],
  ["npx", "serve", "", "npx manycore serve"],
  ["npx", "bench", "--quick", "npx manycore bench --quick"],
])("from the %s: %s %s", (start, command, words, line) => {
  expect(typed(start, command, words)).toBe(line);
});

test("this is the source, whatever the environment says", () => {
  expect(startOf({ npm_command: "exec" })).toBe("source");
});
