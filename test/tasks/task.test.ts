import { expect, test } from "vitest";
import { z } from "zod";
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

test("a part that is missing or wrong is named", () => {
  expect(() => defineTask({ ...parts, run: undefined as never })).toThrow('"run" must be');
  expect(() => defineTask({ ...parts, input: {} as never })).toThrow('"input" must be a zod');
  expect(() => defineTask({ ...parts, example: { value: 1n } })).toThrow('"example" must be JSON');
});
