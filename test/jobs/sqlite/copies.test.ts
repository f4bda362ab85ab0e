/** The locks of a queue's file that is not where it was: it was moved, copied or restored. */
import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { basename } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../src/jobs/sqlite/thread/file/opening.ts";
import { leaveLocks, WorkerLocks } from "../../../src/jobs/sqlite/thread/worker-locks.ts";
import { startsPath } from "../../../src/jobs/starts.ts";
import { Folder } from "../../helpers/embedded-queue.ts";
import { LockHolder } from "../../helpers/lock-holder.ts";

let folder: Folder;
let path: string;
let db: DatabaseSync;
beforeEach(() => {
  folder = new Folder();
  mkdirSync(folder.file("here"));
  path = folder.file("here/jobs.db");
  db = openDatabase(path);
});
afterEach(() => {
  db.close();
  folder[Symbol.dispose]();
});

const known = () => db.prepare("SELECT count(*) AS n FROM meta WHERE name LIKE 'worker%'").get();

/** The next server has this file, and not the one before. */
function open(file: string): void {
  db.close();
  db = openDatabase(file);
}

/** @returns where it is */
function copy(): string {
  const target = folder.file("copy.db");
  db.exec(`VACUUM INTO '${target}'`);
  return target;
}

test("a server waits for a former worker even if the folder was moved", async () => {
  await using worker = await LockHolder.start(new WorkerLocks(db, path).own);
  db.close();
  renameSync(folder.file("here"), folder.file("there"));
  const there = folder.file("there/jobs.db");
  db = openDatabase(there);
  const locks = new WorkerLocks(db, there);
  expect(locks.areFormerGone()).toBe(false);
  await worker.end();
  expect(locks.areFormerGone()).toBe(true);
  locks.forgetFormer();
  const files = readdirSync(folder.file("there")).filter((name) => name.includes("-workers"));
  expect(files).toEqual([basename(locks.own), basename(startsPath(locks.own))]);
});

test("a copy waits for the workers of the original, and removes nothing of it", async () => {
  const original = new WorkerLocks(db, path);
  await using worker = await LockHolder.start(original.own);
  const target = copy();
  open(target);
  const locks = new WorkerLocks(db, target);
  expect(locks.areFormerGone()).toBe(false);
  await worker.end();
  expect(locks.areFormerGone()).toBe(true);
  locks.forgetFormer();
  expect(known()).toEqual({ n: 1 });
  expect(existsSync(original.own)).toBe(true);
  expect(existsSync(startsPath(original.own))).toBe(true);
});

test("a backup waits for no worker of the original, and does not trust its marks", async () => {
  const original = new WorkerLocks(db, path);
  await using _worker = await LockHolder.start(original.own);
  const target = copy();
  open(target);
  leaveLocks(db);
  const locks = new WorkerLocks(db, target);
  expect(locks.areFormerGone()).toBe(true);
  expect(locks.stageOf({ seq: 7, token: 3 })).toBe("running");
  locks.forgetFormer();
  expect(known()).toEqual({ n: 1 });
});
