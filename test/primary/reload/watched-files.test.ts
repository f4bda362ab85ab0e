import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileVersion } from "../../../src/config/file/version.ts";
import { WatchedFiles } from "../../../src/primary/reload/watched-files.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

let folder: Folder;
let files: WatchedFiles;
let errors: string[];
let changed: string[];
let onNews = () => {};

beforeEach(() => {
  folder = new Folder();
  [errors, changed] = [[], []];
  files = new WatchedFiles({
    onChange: (path) => {
      changed.push(path.slice(folder.path.length + 1));
      onNews();
    },
    onError: (path) => errors.push(path),
  });
});
afterEach(() => {
  files.close();
  folder[Symbol.dispose]();
});

/** Resolves when this file has changed; what changed until then is returned. */
async function untilChanged(name: string): Promise<string[]> {
  while (!changed.includes(name)) {
    const { promise, resolve } = Promise.withResolvers<void>();
    onNews = resolve;
    await promise;
  }
  return changed.splice(0);
}

function write(name: string, text: string): string {
  writeFileSync(folder.file(name), text);
  return folder.file(name);
}

test("a file that is written, replaced, removed, or comes has changed; its neighbours have not", async () => {
  files.addFile(write("a.js", "1"));
  files.addFile(folder.file("missing.js"));
  write("neighbour.js", "1");
  write("a.js", "22");
  expect(await untilChanged("a.js")).toContain("a.js");
  write("a.js~", "333");
  renameSync(folder.file("a.js~"), folder.file("a.js"));
  await untilChanged("a.js");
  rmSync(folder.file("a.js"));
  await untilChanged("a.js");
  write("neighbour.js", "2");
  write("missing.js", "1");
  expect(new Set(await untilChanged("missing.js"))).toEqual(new Set(["missing.js"]));
});

test("a module that comes into a folder of tasks counts, and other files do not", async () => {
  files.addFolder(folder.path);
  write("notes.txt", "1");
  write("a.test.ts", "1");
  write("_a.ts", "1");
  mkdirSync(folder.file("deeper"));
  write("a.ts", "1");
  expect(new Set(await untilChanged("a.ts"))).toEqual(new Set(["a.ts"]));
});

test("a file that was saved while somebody read it has changed", () => {
  const path = write("a.js", "1");
  const version = fileVersion(path);
  files.addFile(path, version);
  expect(changed).toEqual([]);
  write("a.js", "22");
  files.addFile(path, version);
  expect(changed).toEqual(["a.js"]);
});

test("a folder that cannot be watched is told", () => {
  files.addFile(folder.file("no/such/a.js"));
  files.addFile(folder.file("no/such/b.js"));
  expect(errors).toEqual([folder.file("no/such")]);
});
