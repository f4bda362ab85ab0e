import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { admitTaskFile } from "../../../src/tasks/check/admit.ts";
import { checkInput } from "../../../src/tasks/check/check.ts";
import { inputSchema } from "../../../src/tasks/check/json-schema.ts";
import { defineTask } from "../../../src/tasks/define.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

const library = new URL("../../../src/index.ts", import.meta.url).href;
const folder = new Folder();
afterAll(() => folder[Symbol.dispose]());

let files = 0;
function fileWith(input: string, example: string): string {
  files += 1;
  const file = folder.file(`tasks-${files}.mjs`);
  const parts = `name: "a", description: "Any.", input: ${input}, example: ${example}`;
  writeFileSync(
    file,
    `import { defineTask, z } from ${JSON.stringify(library)};
    export const a = defineTask({ ${parts}, run: () => 1 });`,
  );
  return file;
}

test("a file whose examples work is accepted", async () => {
  const [task] = await admitTaskFile(fileWith("z.object({ n: z.number() })", "{ n: 1 }"));
  expect(task?.name).toBe("a");
});

test.each([
  ["that the schema refuses", "z.object({ n: z.number() })", '{ n: "1" }', "/n: Invalid input"],
  [
    "that JSON makes another thing of",
    "z.object({ at: z.date() })",
    "{ at: new Date(0) }",
    "/at: ",
  ],
  [
    "of an asynchronous schema",
    "z.any().refine(async () => true)",
    "1",
    "it is asynchronous: check",
  ],
  ["whose schema throws", 'z.any().refine(() => { throw new Error("no luck"); })', "1", "no luck"],
])("an example %s is told with file, task and field", async (_, input, example, why) => {
  const file = fileWith(input, example);
  const error = await admitTaskFile(file).catch((thrown: Error) => thrown);
  const subject = `Task file ${file}: "example" of task a must be an input that works. `;
  expect((error as Error).message).toContain(subject);
  expect((error as Error).message).toContain(why);
});

test("an input that is wrong as a whole is named as that", () => {
  const parts = { name: "a", description: "Any.", example: {}, run: () => 1 };
  const task = defineTask({ ...parts, input: z.strictObject({}) });
  expect(() => checkInput(task as never, [])).toThrow(
    "The input of a is not valid. The input of a itself: Invalid input: expected object",
  );
});

const cycle: { self?: unknown } = {};
cycle.self = cycle;

test.each([
  ["a cycle as its default", z.object({ any: z.any().default(cycle) }), /circular/i],
  ["a cycle in what it says of itself", z.any().meta({ cycle }), /JSON/],
  [
    "a default that throws",
    z.any().default(() => {
      throw new Error("not now");
    }),
    /not now/,
  ],
  ["one id twice", z.tuple([z.string().meta({ id: "x" }), z.int().meta({ id: "x" })]), /Duplicate/],
])("a schema with %s has a JSON Schema that takes anything and says why", (_, input, why) => {
  const parts = { name: "a", description: "Any.", example: 1, run: () => 1 };
  const schema = inputSchema(defineTask({ ...parts, input }) as never);
  expect(JSON.parse(JSON.stringify(schema))).toEqual({
    $schema: expect.stringContaining("2020-12"),
    description: expect.stringMatching(why),
  });
});
