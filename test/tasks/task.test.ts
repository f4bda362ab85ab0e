import { expect, test } from "vitest";
import { z } from "zod";
import * as zod3 from "zod/v3";
import { defineTask, isTask } from "../../src/tasks/task.ts";

const parts = {
  name: "named",
  description: "Returns what it is given.",
  input: z.unknown(),
  example: {} as unknown,
  run: (input: unknown) => input,
};

test("a task is frozen, and known as one", () => {
  const task = defineTask(parts);
  expect(Object.isFrozen(task)).toBe(true);
  expect(isTask(task)).toBe(true);
  expect(isTask({ ...parts })).toBe(false);
  expect(isTask(null)).toBe(false);
});

test.each(["", "Upper", "1st", "with space", "x".repeat(65), "../up"])(
  "a name that does not fit into a URL is refused: %j",
  (name) => {
    expect(() => defineTask({ ...parts, name })).toThrow("use 1 to 64 of a-z");
  },
);

const wrong: readonly (readonly [string, object, string])[] = [
  ["no run", { run: undefined }, '"run" must be'],
  ["no schema", { input: {} }, '"input" must be a zod schema: make it with the z that manycore'],
  ["a schema of zod 3", { input: zod3.string() }, '"input" must be a zod 4 schema, it is one of'],
  ["an example that is no JSON", { example: { value: 1n } }, '"example" must be JSON'],
  ["no example", { example: undefined }, '"example" is missing: give an input that works'],
  ["no description", { description: undefined }, '"description" must be a text'],
  ["an empty description", { description: " " }, '"description" must be a text'],
  ["a runAsync that is none", { runAsync: true }, '"runAsync" must be a function'],
  ["a hasAsyncForm alone", { hasAsyncForm: () => true }, '"runAsync", which is missing'],
  ["a field of a later version", { timeoutMs: 5 }, '"timeoutMs" is not a field of a task'],
  ["a field that nobody reads", { executor: "threads" }, '"executor" is not a field of a task'],
  ["state beside the fields", { factor: 3 }, "Keep your own data outside of the task"],
  ["a field mistyped", { runasync: async () => 1 }, 'did you mean "runAsync"?'],
];

test.each(wrong)("%s is refused with the field and the remedy", (_, part, message) => {
  const define = () => defineTask({ ...parts, ...part } as typeof parts);
  expect(define).toThrow(TypeError);
  expect(define).toThrow(message);
  expect(define).toThrow("Task named: ");
});

test("a value that is no object is refused", () => {
  class Named {}
  expect(() => defineTask(Named as never)).toThrow("give it an instance of a class");
  expect(() => defineTask(undefined as never)).toThrow("takes an object with the fields name,");
  expect(() => defineTask({ ...parts, name: undefined as never })).toThrow("Task name undefined:");
});

test("the functions are called as methods of the given object", () => {
  const counter = new (class {
    readonly name = "counter";
    readonly description = "Counts its runs.";
    readonly input = z.unknown();
    readonly example = {};
    #runs = 0;
    run() {
      this.#runs += 1;
      return this.#runs;
    }
  })();
  const { run } = defineTask(counter);
  const context = { progress: () => {} };
  expect([run({}, context), run({}, context)]).toEqual([1, 2]);
});
