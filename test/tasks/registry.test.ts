import { describe, expect, test } from "vitest";
import { z } from "zod";
import { hashTask } from "../../src/tasks/builtin/hash/hash.ts";
import { kernels } from "../../src/tasks/builtin/kernels.ts";
import { checkInput } from "../../src/tasks/check/check.ts";
import { inputSchema } from "../../src/tasks/check/json-schema.ts";
import { untold } from "../../src/tasks/context.ts";
import { defineTask, isTask } from "../../src/tasks/define.ts";
import { builtInTasks, createRegistry } from "../../src/tasks/registry.ts";
import { limits } from "./builtin/hash/runs.ts";

const builtIn = builtInTasks(limits);
const byName = builtIn.map((task) => [task.name, task] as const);

function named(name: string) {
  const parts = { description: "Does nothing.", example: {}, run: () => null };
  return defineTask({ name, input: z.strictObject({}), ...parts });
}

describe.each(byName)("the built-in task %s", (name, task) => {
  test("is a task, described in a sentence", () => {
    expect(isTask(task)).toBe(true);
    expect(task.description).toMatch(/^[A-Z].*\.$/);
  });

  test("runs its example, and the result can cross to another thread and be JSON", async () => {
    const input = checkInput(task, task.example);
    expect(structuredClone(input)).toEqual(input);
    const result = await task.run(input, untold);
    expect(structuredClone(result)).toEqual(result);
    expect(JSON.stringify(result)).toMatch(/^\{".+\}$/);
  });

  test("has a JSON Schema with a description of what it takes", () => {
    const schema = z.toJSONSchema(task.input as z.ZodType, { io: "input" });
    expect(schema).toEqual(inputSchema(task));
    expect(schema.type ?? schema.oneOf?.length).toBeTruthy();
  });

  test("runs the very function that threads run", () => {
    // defineTask binds the function, so only its name can be compared.
    expect(task.run.name).toBe(`bound ${kernels[name]?.name}`);
    expect(kernels[name]?.name).not.toBe("");
  });
});

test("there is a kernel for each built-in task and none besides", () => {
  expect(Object.keys(kernels).sort()).toEqual(builtIn.map((task) => task.name).sort());
});

test("only chained hashes lack a native form", () => {
  const task = hashTask(limits);
  const has = (algorithm: string) =>
    task.hasAsyncForm?.(task.input.parse({ algorithm, input: "" }));
  expect(["sha256", "sha512"].map(has)).toEqual([false, false]);
  expect(["pbkdf2-sha256", "pbkdf2-sha512", "scrypt"].map(has)).toEqual([true, true, true]);
});

test("the native form of a chained hash is refused, with the remedy", async () => {
  const task = hashTask(limits);
  const input = task.input.parse({ algorithm: "sha256", input: "" });
  await expect(task.runAsync?.(input, untold)).rejects.toThrow(
    /sha256 has no native form: use .*inline/,
  );
});

describe("a registry", () => {
  const registry = createRegistry([named("b"), named("c"), named("a")]);

  test("finds tasks by their names, and nothing else", () => {
    expect(registry.get("a")?.name).toBe("a");
    expect(registry.get("d")).toBeUndefined();
    expect(registry.get("constructor")).toBeUndefined();
  });

  test("lists them by name", () => {
    expect(registry.list().map((task) => task.name)).toEqual(["a", "b", "c"]);
  });

  test("refuses two tasks with one name, and names both, their files and the remedy", () => {
    const own = (file: string) => ({ file, tasks: [named("x")] });
    expect(() => createRegistry(builtIn, [{ file: "./x.mjs", tasks: [named("hash")] }])).toThrow(
      /^Task file \.\/x\.mjs: hash is a built-in task; choose another name$/,
    );
    expect(() => createRegistry(builtIn, [own("a.mjs"), own("b.mjs")])).toThrow(
      /^Task files a\.mjs and b\.mjs have two tasks named x: give each its own name/,
    );
    expect(() => createRegistry(builtIn, [own("a.mjs"), own("a.mjs")])).toThrow(
      /^Task file a\.mjs has two tasks named x: .* each file once$/,
    );
  });
});
