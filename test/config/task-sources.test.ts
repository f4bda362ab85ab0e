/** Packages are found by Node itself: test/cluster/task-sources.test.ts. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findTaskSource, fromFolder, taskSourceErrors } from "../../src/config/task-sources.ts";
import { Folder } from "../helpers/embedded-queue.ts";

const folder = new Folder();

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(join(folder.file(name), ".."), { recursive: true });
    writeFileSync(folder.file(name), "");
  }
}

beforeAll(() => {
  write("many/b.ts", "many/a.js", "many/c.mts", "many/d.mjs", "many/deeper/e.js");
  write("many/a.test.js", "many/a.d.ts", "many/a.d.mts", "many/_private.js", "many/.hidden.js");
  write("many/data.json", "many/README.md", "many/compiled.cjs", "many/node_modules/x.js");
  write("entry/index.ts", "entry/a.ts", "entry/index.test.ts");
  write("empty/_a.js", "node_modules/ts/a.ts", "real/a.ts");
  symlinkSync(folder.file("real"), folder.file("node_modules/linked"));
});
afterAll(() => folder[Symbol.dispose]());

const namesIn = (name: string) =>
  findTaskSource(folder.file(name)).files.map((file) => file.slice(folder.file(name).length + 1));

test("a folder is its modules, of one level, without tests, declarations and private ones", () => {
  expect(namesIn("many")).toEqual(["a.js", "b.ts", "c.mts", "d.mjs"]);
});

test("a folder with an index is its index", () => {
  expect(namesIn("entry")).toEqual(["index.ts"]);
});

test("a file is itself, as it was given", () => {
  const file = folder.file("many/_private.js");
  expect(findTaskSource(file)).toEqual({ kind: "file", given: file, files: [file] });
});

test("every source that cannot be served is told, with the remedy", () => {
  const [empty, typescript] = [folder.file("empty"), folder.file("node_modules/ts/a.ts")];
  expect(taskSourceErrors(["./no.js", empty, typescript, "no-such-package", "a b\0"])).toEqual([
    `Task file ./no.js does not exist: give a path from ${process.cwd()}`,
    expect.stringContaining(`Folder ${empty} has no task: there is no module`),
    expect.stringMatching(/is TypeScript in node_modules .* built to JavaScript, or link it/),
    `Tasks no-such-package: there is no such path in ${process.cwd()}, and no such package. Give a path from there, or npm install no-such-package`,
    expect.stringContaining("does not exist"),
  ]);
});

test("TypeScript of a package that is linked is not in node_modules", () => {
  expect(taskSourceErrors([folder.file("node_modules/linked/a.ts")])).toEqual([]);
});

test("a path counts from the folder of the file that names it", () => {
  expect(fromFolder("./a.ts", "../other")).toBe("../other/a.ts");
  expect(fromFolder("/a.ts", "../other")).toBe("/a.ts");
  expect(fromFolder("a.ts", ".")).toBe("a.ts");
  expect(fromFolder("no-such-package", ".")).toBe("no-such-package");
});
