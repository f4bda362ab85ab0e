/** Node itself loads the task files here: Vitest would load them in its own way. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";

const library = new URL("../../src/index.ts", import.meta.url).href;
const loader = fileURLToPath(new URL("../fixtures/load-files.ts", import.meta.url));

const importing = `import { defineTask, z } from ${JSON.stringify(library)};`;
const parts = 'description: "Any.", input: z.any(), example: {}, run: () => 1';
const task = `defineTask({ name: "a", ${parts} })`;
const misnamed = `defineTask({ name: "Not A Name", ${parts} })`;
const requiring = `const { defineTask, z } = require(${JSON.stringify(fileURLToPath(library))});`;
const compiled = `Object.defineProperty(exports, "__esModule", { value: true }); ${requiring}`;

const cure = (name: string) =>
  `): Cannot use import statement outside a module. Node takes it for CommonJS: name it ${name}, or set "type": "module" in the package.json nearest to it`;

/** Files by name, with their source and the end of the error message. */
const files: Readonly<Record<string, readonly [source: string, told: string | RegExp]>> = {
  "wrong.mjs": [
    "export const one = 1;\nexport const two = = 2;",
    "at line 2 (export const two = = 2;): Unexpected token '='",
  ],
  "wrong.ts": [
    "export const one: number = 1;\n\nexport const two: number = = 2;",
    "at line 3 (export const two: number = = 2;): Expression expected",
  ],
  "generic.ts": [
    "const same = <T,>(x: T): T => x;\nexport const two = same(;",
    "at line 2 (export const two = same(;): Expression expected",
  ],
  "enum.ts": [
    "\nenum Two { a }",
    /at line 2 \(enum Two \{ a \}\): TypeScript enum is not supported in strip-only mode\. Use an object with `as const` in its place$/,
  ],
  "twice.ts": ["const a: number = 1;\nconst a = 2;", /Identifier 'a' has already been declared$/],
  "no-export.mjs": [
    '\nimport { none } from "node:fs";',
    /at line 2 \(import .*\): .* export named 'none'$/,
  ],
  "imports-script.ts": [
    'import "./wrong.mjs";',
    /in \S+\/wrong\.mjs at line 2 \(export const two = = 2;\): Unexpected token '='$/,
  ],
  "throws-several.mjs": [
    'throw new AggregateError([new Error("a"), 3], "both", { cause: new Error("root") });',
    "at line 1: both (because of: a; 3; root)",
  ],
  "throws-behind.mjs": [
    'throw new Error("out", { cause: new Error("in", { cause: "why" }) });',
    "at line 1: out (because of: in (because of: why))",
  ],
  "throws-much.mjs": [
    'throw new Error("x".repeat(5_000_000));',
    /at line 1: x{4000}… \(4996000 more characters\)$/,
  ],
  "untyped-import.ts": [
    `import { defineTask, z, Task } from ${JSON.stringify(library)}; export const a: Task = ${task};`,
    /at line 1 \(import .*…?\): .* export named 'Task'\. If Task is a type, write `import type \{ Task \}`$/,
  ],
  "throws.mjs": ['\n\nthrow new Error("no licence");', "at line 3: no licence"],
  "misnamed.ts": [
    `${importing}\nexport const a = ${misnamed};`,
    /at line 2: Task name "Not A Name"/,
  ],
  "imports-wrong.mjs": [
    'import "./wrong.ts";',
    /in \S+\/wrong\.ts at line 3 \(export const two: number = = 2;\): Expression expected$/,
  ],
  "imports-throws.ts": ['import "./throws.mjs";', /in \S+\/throws\.mjs at line 3: no licence$/],
  "imports-misnamed.mjs": ['import "./misnamed.ts";', /in \S+\/misnamed\.ts at line 2: Task name/],
  "imports-script.mjs": [
    'import "./wrong.mjs";',
    /in \S+\/wrong\.mjs at line 2 \(export const two = = 2;\): Unexpected token '='$/,
  ],
  "commonjs/task.js": [`${importing} export const a = ${task};`, cure(".mjs")],
  "commonjs/task.ts": [`${importing} export const a = ${task};`, cure(".mts")],
  "task.cjs": [`${importing} export const a = ${task};`, cure(".mjs")],
  "compiled-default.cjs": [`${compiled} exports.default = ${task};`, "a"],
  "compiled-array.cjs": [`${compiled} exports.default = [${task}];`, "a"],
  "compiled-named.cjs": [`${compiled} exports.a = ${task};`, "a"],
  "plain.cjs": [`${requiring} module.exports = { a: ${task} };`, "a"],
  "plain-one.cjs": [`${requiring} module.exports = ${task};`, "a"],
};

const folder = new Folder();
let told: string[] = [];

beforeAll(() => {
  mkdirSync(folder.file("commonjs"));
  writeFileSync(folder.file("commonjs/package.json"), '{ "type": "commonjs" }');
  for (const [name, [source]] of Object.entries(files)) writeFileSync(folder.file(name), source);
  const paths = Object.keys(files).map((name) => folder.file(name));
  told = JSON.parse(execFileSync(process.execPath, [loader, ...paths], { encoding: "utf8" }));
});
afterAll(() => folder[Symbol.dispose]());

test.each(Object.keys(files).map((name, index) => [name, index] as const))("%s", (name, index) => {
  const [, expected] = files[name] ?? [];
  if (typeof expected === "string") expect(told[index]?.endsWith(expected), told[index]).toBe(true);
  else expect(told[index]).toMatch(expected ?? "");
});
