import { expect, test } from "vitest";
import { z } from "zod";
import * as zod3 from "zod/v3";
import { untold } from "../../src/tasks/context.ts";
import { defineTask, isTask } from "../../src/tasks/define.ts";

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
  ["no schema", { input: {} }, '"input" must be a schema: make it with the z that manycore'],
  [
    "a schema of zod 3",
    { input: zod3.string() },
    '"input" must be a schema of zod 4, it is one of',
  ],
  ["an example that is no JSON", { example: { value: 1n } }, '"example" must be JSON'],
  ["an empty description", { description: " " }, '"description" must be a text'],
  ["a runAsync that is none", { runAsync: true }, '"runAsync" must be a function'],
  ["a hasAsyncForm alone", { hasAsyncForm: () => true }, '"runAsync", which is missing'],
  ["room for no job", { concurrency: 0 }, '"concurrency" must be a whole number from 1 to 1000'],
  ["room for half a job", { concurrency: 1.5 }, '"concurrency" must be a whole number'],
  ["room for too many jobs", { concurrency: 1001 }, '"concurrency" must be a whole number'],
  ["room in words", { concurrency: "one" }, '"concurrency" must be a whole number'],
  ["a part of a slot", { slots: 0.5 }, '"slots" must be a whole number from 1 to 1000, a function'],
  ["no time", { timeoutMs: 0 }, '"timeoutMs" must be a whole number from 1 to 86400000, or left'],
  ["a retry that is none", { retry: 3 }, '"retry" must be an object with maxAttempts, backoffMs'],
  [
    "a retry of never",
    { retry: { maxAttempts: 0 } },
    '"retry" has a field "maxAttempts" that must',
  ],
  ["a retry mistyped", { retry: { attempts: 3 } }, '"retry" has no field "attempts", only maxA'],
  ["an executor of nobody", { executor: "gpu" }, '"executor" must be inline, libuv, threads, or'],
  ["memory that is owed", { memoryBytes: -1 }, '"memoryBytes" must be a whole number from 0'],
  ["a setup that is none", { setup: {} }, '"setup" must be a function that returns what'],
  ["a teardown alone", { teardown: () => {} }, '"teardown" needs "setup", which is missing'],
  ["an output that is none", { output: {} }, '"output" must be a schema'],
  ["state beside the fields", { factor: 3 }, "Keep your own data outside of the task"],
  ["a field mistyped", { runasync: async () => 1 }, 'did you mean "runAsync"?'],
];

test.each(wrong)("%s is refused with the field and the remedy", (_, part, message) => {
  const define = () => defineTask({ ...parts, ...part } as typeof parts);
  expect(define).toThrow(TypeError);
  expect(define).toThrow(message);
  expect(define).toThrow("Task named: ");
});

test("a task without a description is described by its name", () => {
  const { description, ...rest } = parts;
  expect(defineTask(rest).description).toBe("named");
  expect(defineTask({ ...rest, description }).description).toBe(description);
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
  expect([run({}, untold), run({}, untold)]).toEqual([1, 2]);
});
