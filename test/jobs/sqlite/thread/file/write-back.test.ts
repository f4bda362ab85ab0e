import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import { canLook, WriteBack } from "../../../../../src/jobs/sqlite/thread/file/write-back.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";

let folder: Folder;
let db: DatabaseSync;
beforeEach(() => {
  folder = new Folder();
  db = openDatabase(folder.file("jobs.db"));
});
afterEach(() => {
  db.close();
  folder[Symbol.dispose]();
});

function write(pages: number): void {
  const insert = db.prepare("INSERT INTO meta VALUES (hex(randomblob(8)), zeroblob(?))");
  for (let page = 0; page < pages; page += 50) insert.run(50 * 4000);
}

/** How many pages are in the log only. */
function inLog(): number {
  const { log, checkpointed } = db.prepare("PRAGMA wal_checkpoint(NOOP)").get() as {
    log: number;
    checkpointed: number;
  };
  return log - checkpointed;
}

test.runIf(canLook)("a long log goes into the file by a step, and by no commit", () => {
  const writeBack = new WriteBack(db);
  write(500);
  writeBack.step();
  expect(inLog()).toBeGreaterThanOrEqual(500);
  write(1000);
  expect(inLog()).toBeGreaterThanOrEqual(1500);
  writeBack.step();
  expect(inLog()).toBe(0);
  // What is written next begins the log anew.
  write(50);
  expect(inLog()).toBeLessThan(100);
});

test.runIf(canLook)("a log that is held stays as it is, until it is let go", () => {
  const writeBack = new WriteBack(db);
  writeBack.hold();
  write(1500);
  writeBack.step();
  expect(inLog()).toBeGreaterThanOrEqual(1500);
  writeBack.letGo();
  writeBack.step();
  expect(inLog()).toBe(0);
});

test.runIf(canLook)("where that fails, the next step tries again", () => {
  const writeBack = new WriteBack(db);
  write(1000);
  const exec = db.exec.bind(db);
  db.exec = () => {
    throw new Error("database or disk is full");
  };
  writeBack.step();
  expect(inLog()).toBeGreaterThanOrEqual(1000);
  db.exec = exec;
  writeBack.step();
  expect(inLog()).toBe(0);
});
