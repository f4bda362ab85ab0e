import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { untold } from "../../src/tasks/context.ts";
import { loadTaskFile } from "../../src/tasks/load.ts";

const library = new URL("../../src/index.ts", import.meta.url).href;

/** The start of the modules below: they import the library as a user's module does. */
const head = `
  import { defineTask, z } from ${JSON.stringify(library)};
  const task = (name) => defineTask({
    name, description: "Says its name.", input: z.strictObject({}), example: {}, run: () => name,
  });
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "manycore-load-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** Each module has its own file, because Node caches modules. */
function moduleOf(source: string, extension = "mjs"): string {
  files += 1;
  const file = join(folder, `tasks-${files}.${extension}`);
  writeFileSync(file, source);
  return file;
}

async function names(source: string, extension?: string): Promise<string[]> {
  return (await loadTaskFile(moduleOf(source, extension))).map((task) => task.name);
}

test("named exports that are tasks are found, others are ignored", async () => {
  const source = `${head} export const a = task("a"), b = task("b"), n = 1, o = { name: "o" };`;
  expect((await names(source)).sort()).toEqual(["a", "b"]);
});

test("a default export that is a task is found, once", async () => {
  expect(await names(`${head} export default task("d");`)).toEqual(["d"]);
  expect(await names(`${head} const d = task("d"); export { d, d as default };`)).toEqual(["d"]);
});

test("a default export that is an array of tasks is found", async () => {
  expect(await names(`${head} export default [task("a"), task("b")];`)).toEqual(["a", "b"]);
});

test("a found task runs", async () => {
  const [task] = await loadTaskFile(moduleOf(`${head} export const a = task("a");`));
  expect(task?.run({}, untold)).toBe("a");
});

test("a default export that is an object of tasks is found", async () => {
  expect(await names(`${head} export default { a: task("a"), b: task("b"), n: 1 };`)).toEqual([
    ...["a", "b"],
  ]);
});

test("modules compiled to CommonJS work", async () => {
  const start = `
    const { defineTask, z } = require(${JSON.stringify(fileURLToPath(library))});
    Object.defineProperty(exports, "__esModule", { value: true });
    const task = (name) => defineTask({
      name, description: "Says its name.", input: z.strictObject({}), example: {}, run: () => name,
    });
  `;
  expect(await names(`${start} exports.default = task("a");`, "cjs")).toEqual(["a"]);
  expect(await names(`${start} exports.default = [task("a"), task("b")];`, "cjs")).toHaveLength(2);
  expect(await names(`${start} exports.a = task("a"); exports.b = task("b");`, "cjs")).toEqual([
    ...["a", "b"],
  ]);
  const plain = start.replace(/Object.defineProperty.*/, "");
  expect(await names(`${plain} module.exports = { a: task("a") };`, "cjs")).toEqual(["a"]);
});

test("TypeScript, and paths from the working directory, are accepted", async () => {
  const source = `${head.replace("(name)", "(name: string)")} export const a = task("a");`;
  const file = relative(process.cwd(), moduleOf(source, "ts"));
  expect((await loadTaskFile(file)).map((task) => task.name)).toEqual(["a"]);
});

test("the error of a missing file names the directory that paths start from", async () => {
  await expect(loadTaskFile("no/such.js")).rejects.toThrow(
    `Task file no/such.js does not exist: give a path from ${process.cwd()}`,
  );
});

test("several files in one flag are an error that says how to give several", async () => {
  for (const file of ["a.mjs,b.mjs", "a.mjs b.mjs", "a.mjs;b.mjs"]) {
    await expect(loadTaskFile(file)).rejects.toThrow(
      `Give each of several files its own --tasks, or put "${delimiter}" between them in MANYCORE_TASKS`,
    );
  }
});

test("a folder is an error", async () => {
  await expect(loadTaskFile(folder)).rejects.toThrow(`Task file ${folder} is a folder`);
});

test("the error of a module that fails has its line", async () => {
  const source = 'export const one = 1;\nexport const two = 2;\nthrow new RangeError("no");';
  await expect(names(source)).rejects.toThrow("failed while it was loading, at line 3: no");
});

test("a module that cannot find manycore gets the path to import", async () => {
  const source = `import { defineTask } from "manycore"; export const a = defineTask({});`;
  await expect(names(source)).rejects.toThrow("the path of its src/index.ts");
});

test("the error of a module that throws has its message, and its error as cause", async () => {
  const file = moduleOf('throw new RangeError("no licence for this machine");');
  const error = await loadTaskFile(file).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    message: expect.stringContaining(
      `Task file ${file} failed while it was loading, at line 1: no licence for`,
    ),
    cause: { name: "RangeError" },
  });
});

test("the error of a module with a missing import names that import", async () => {
  await expect(names('import "not-installed-anywhere"; export const a = 1;')).rejects.toThrow(
    /failed while it was loading.*: .*\. Add it where the file is: npm install not-installed-anywhere$/s,
  );
});

test("the error of a module without a task says how to make one", async () => {
  const message = /tasks-\d+\.mjs exports no task: export what defineTask of manycore returns/;
  await expect(names("export const run = () => 1;")).rejects.toThrow(message);
  await expect(names("")).rejects.toThrow(message);
  await expect(names("export default [];")).rejects.toThrow(message);
});

test.each([
  ['export const a = { name: "a", run() {} };', "a"],
  ["export const a = () => 1;", "a"],
  ["export default function () {}", "default"],
  ['export const n = 1, b = { name: "b" };', "b"],
])("what was meant as a task is named, with what makes it one: %s", async (source, name) => {
  await expect(names(source)).rejects.toThrow(
    `Its export ${name} is no task: wrap it in defineTask(…)`,
  );
});

test("the error of a file that is no module says what it must be", async () => {
  for (const extension of ["json", "jsx", "txt"]) {
    await expect(names("{}", extension)).rejects.toThrow(
      new RegExp(`\\.${extension} must be \\.mjs, \\.js, \\.mts or \\.ts`),
    );
  }
});

test("the error of a default array with something else in it has its index", async () => {
  const source = `${head} export default [task("a"), { name: "b", run() {} }];`;
  await expect(names(source)).rejects.toThrow(/array whose member 1 is no task: .*defineTask/);
});

test("the error of a wrong definition has defineTask's message", async () => {
  await expect(names(`${head} export const a = task("Not A Name");`)).rejects.toThrow(
    /failed while it was loading, at line \d+: Task name "Not A Name": use/,
  );
});
