import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backUp } from "../../../../src/jobs/sqlite/backup/back-up.ts";
import { holdCopy } from "../../../../src/jobs/sqlite/backup/held-copy.ts";
import { publish } from "../../../../src/jobs/sqlite/backup/publish.ts";
import { openDatabase } from "../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";

let folder: Folder;
let path: string;
let copy: string;
let target: string;
beforeEach(() => {
  folder = new Folder();
  path = folder.file("jobs.db");
  copy = folder.file("jobs.db-backup.part");
  target = folder.file("copy.db");
});
afterEach(() => folder[Symbol.dispose]());

const silent = { onProgress: () => {}, onCheck: () => {}, onPart: () => {} };

/** In memory, on Linux. */
const shared = "/dev/shm";
const hasOtherDisk = existsSync(shared) && statSync(shared).dev !== statSync("/tmp").dev;

test("a copy that another backup has replaced is not the one that was checked", async () => {
  writeFileSync(copy, "checked");
  using held = holdCopy(copy);
  rmSync(copy);
  writeFileSync(copy, "half of another");
  await expect(publish(held, target, () => {})).rejects.toThrow("removed while it was checked");
  expect(existsSync(target)).toBe(false);
  expect(readFileSync(copy, "utf8")).toBe("half of another");
});

test("without a server, none can be started before the backup is there", async () => {
  openDatabase(path).close();
  let isLocked = false;
  const onCheck = () => {
    expect(() => openDatabase(path)).toThrow("in use");
    isLocked = true;
  };
  await backUp(path, target, { ...silent, onCheck });
  expect(isLocked).toBe(true);
  openDatabase(path).close();
});

test.each(["-wal", "-journal"])("a %s of another file beside the target is told", async (end) => {
  openDatabase(path).close();
  writeFileSync(target + end, "theirs");
  await expect(backUp(path, target, silent)).rejects.toThrow("log of another file");
  expect(existsSync(target)).toBe(false);
});

describe.skipIf(!hasOtherDisk)("on another disk", () => {
  let other: string;
  beforeEach(() => {
    other = mkdtempSync(join(shared, "manycore-test-"));
    target = join(other, "copy.db");
    writeFileSync(copy, "checked", { mode: 0o600 });
  });
  afterEach(() => rmSync(other, { recursive: true }));

  test("the copy appears whole, and nothing else stays", async () => {
    using held = holdCopy(copy);
    const parts: string[] = [];
    await publish(held, target, (part) => parts.push(part));
    expect(readFileSync(target, "utf8")).toBe("checked");
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect([...parts, copy].filter((each) => existsSync(each))).toEqual([]);
  });

  test("a file with the name of the part is somebody's, and stays", async () => {
    writeFileSync(`${target}.part`, "mine");
    using held = holdCopy(copy);
    const parts: string[] = [];
    await expect(publish(held, target, (part) => parts.push(part))).rejects.toThrow(
      ".part exists already",
    );
    expect(parts).toEqual([]);
    expect(readFileSync(`${target}.part`, "utf8")).toBe("mine");
  });
});
