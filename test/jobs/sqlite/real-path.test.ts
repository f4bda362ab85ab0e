import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { realPathOf } from "../../../src/jobs/sqlite/real-path.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  mkdirSync(folder.file("real/deep"), { recursive: true });
});
afterEach(() => folder[Symbol.dispose]());

/** Every way to one file that these tests know. */
function ways(): string[] {
  const file = folder.file("real/jobs.db");
  symlinkSync(file, folder.file("link"));
  symlinkSync("real/jobs.db", folder.file("short"));
  symlinkSync("short", folder.file("twice"));
  symlinkSync("real/deep", folder.file("folder"));
  symlinkSync("folder/../jobs.db", folder.file("round"));
  return [
    file,
    relative(process.cwd(), file),
    `${folder.path}//real/./deep/../jobs.db`,
    // The folder that the link leads to is in `real`; by its letters this path would not be.
    `${folder.path}/folder/../jobs.db`,
    ...["link", "short", "twice", "round"].map((name) => folder.file(name)),
  ];
}

test("each way to a file is one path, before the file is there and after", () => {
  const all = ways();
  const real = join(realPathOf(folder.path), "real/jobs.db");
  expect(all.map(realPathOf)).toEqual(all.map(() => real));
  writeFileSync(real, "");
  expect(all.map(realPathOf)).toEqual(all.map(() => real));
});

test("a path that leads nowhere stays as it is", () => {
  symlinkSync("circle", folder.file("circle"));
  for (const path of [folder.file("none/jobs.db"), folder.file("circle")]) {
    expect(realPathOf(path)).toBe(path);
  }
});
