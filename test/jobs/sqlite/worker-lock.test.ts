import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Life } from "../../../src/channel/life.ts";
import type { Former } from "../../../src/jobs/messages/commands.ts";
import { WorkerStarts } from "../../../src/jobs/primary/dispatch/worker-starts.ts";
import { openDatabase } from "../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../src/jobs/sqlite/thread/store.ts";
import { TakingBack } from "../../../src/jobs/sqlite/thread/taking-back.ts";
import { WallClock } from "../../../src/jobs/sqlite/thread/wall-clock.ts";
import { WorkerLocks } from "../../../src/jobs/sqlite/thread/worker-locks.ts";
import {
  holdWorkerLock,
  makeWorkerLock,
  removeFreeLock,
} from "../../../src/jobs/sqlite/worker-lock.ts";
import { StartMarks, type StartsSettings, startsPath } from "../../../src/jobs/starts.ts";
import { Folder, QueueOnFile } from "../../helpers/embedded-queue.ts";
import { LockHolder } from "../../helpers/lock-holder.ts";

let folder: Folder;
let path: string;
let db: DatabaseSync;
beforeEach(() => {
  folder = new Folder();
  path = folder.file("jobs.db");
  db = openDatabase(path);
});
afterEach(() => {
  db.close();
  folder[Symbol.dispose]();
});

const filesInFolder = () => readdirSync(folder.path).filter((name) => name.includes("-workers"));
const locksInFolder = () => filesInFolder().filter((name) => !name.endsWith("-starts"));
const known = () => db.prepare("SELECT count(*) AS n FROM meta WHERE name LIKE 'worker%'").get();

/** The locks of the next server on this file. The one before was killed. */
function nextLife(): WorkerLocks {
  db.close();
  db = openDatabase(path);
  return new WorkerLocks(db, path);
}

test("a server that stops leaves no lock, and the next one waits for nothing", () => {
  const locks = new WorkerLocks(db, path);
  expect(statSync(locks.own).mode & 0o777).toBe(0o600);
  locks.close();
  expect(filesInFolder()).toEqual([]);
  expect(known()).toEqual({ n: 0 });
  expect(nextLife().areFormerGone()).toBe(true);
});

test("a server waits for every worker of the former one, and for none of its own", async () => {
  const former = new WorkerLocks(db, path);
  await using one = await LockHolder.start(former.own);
  await using two = await LockHolder.start(former.own);
  const locks = nextLife();
  await using _own = await LockHolder.start(locks.own);
  expect(locks.areFormerGone()).toBe(false);
  await one.end();
  expect(locks.areFormerGone()).toBe(false);
  await two.end();
  expect(locks.areFormerGone()).toBe(true);
  locks.forgetFormer();
  expect(locksInFolder()).toHaveLength(1);
  expect(known()).toEqual({ n: 1 });
});

test("a server waits for the workers of all former ones, in whatever order they end", async () => {
  await using first = await LockHolder.start(new WorkerLocks(db, path).own);
  await using second = await LockHolder.start(nextLife().own);
  const locks = nextLife();
  await second.end();
  expect(locks.areFormerGone()).toBe(false);
  expect(locksInFolder()).toHaveLength(2);
  // This server is killed too. The next one still waits for the first.
  const successor = nextLife();
  expect(successor.areFormerGone()).toBe(false);
  await first.end();
  expect(successor.areFormerGone()).toBe(true);
  expect(locksInFolder()).toHaveLength(1);
});

test("what a former worker had started stays known until its jobs are taken back", async () => {
  const attempt = { seq: 7, token: 3 };
  const first = new WorkerLocks(db, path);
  const starts = new WorkerStarts(startsPath(first.own));
  const marks = StartMarks.open(starts.open(1 as Life) as StartsSettings);
  marks?.start(0, attempt);
  marks?.close();
  starts.close();
  await using worker = await LockHolder.start(nextLife().own);
  // It finds the first ones gone, and is killed while it waits for the other.
  const killed = nextLife();
  expect(killed.areFormerGone()).toBe(false);
  expect(killed.stageOf(attempt)).toBe("running");
  const next = nextLife();
  expect(next.areFormerGone()).toBe(false);
  expect(next.stageOf(attempt)).toBe("running");
  await worker.end();
  expect(next.areFormerGone()).toBe(true);
  next.forgetFormer();
  expect(filesInFolder()).toEqual([basename(next.own), basename(startsPath(next.own))]);
  expect(known()).toEqual({ n: 1 });
});

test("a server that was killed before it had a worker has started nothing", () => {
  new WorkerLocks(db, path);
  const next = nextLife();
  expect(next.areFormerGone()).toBe(true);
  expect(next.stageOf({ seq: 7, token: 3 })).toBe("waiting");
});

test("without the marks of a former server, each attempt may have started", () => {
  rmSync(startsPath(new WorkerLocks(db, path).own));
  const next = nextLife();
  expect(next.areFormerGone()).toBe(true);
  expect(next.stageOf({ seq: 7, token: 3 })).toBe("running");
});

test("a server that stops with an attempt that could not be ended leaves its marks", () => {
  const locks = new WorkerLocks(db, path);
  locks.close(true);
  expect(filesInFolder()).toEqual([basename(locks.own), basename(startsPath(locks.own))]);
  expect(known()).toEqual({ n: 1 });
});

test("a server waits for the lock of earlier versions: one for all lives", async () => {
  makeWorkerLock(`${path}-workers`);
  await using worker = await LockHolder.start(`${path}-workers`);
  const locks = nextLife();
  expect(locks.areFormerGone()).toBe(false);
  await worker.end();
  expect(locks.areFormerGone()).toBe(true);
  expect(existsSync(`${path}-workers`)).toBe(false);
});

test("a removed lock is free, and a worker that starts after that exits", () => {
  const former = new WorkerLocks(db, path).own;
  expect(nextLife().areFormerGone()).toBe(true);
  expect(removeFreeLock(former)).toBe(true);
  expect(() => holdWorkerLock(former)).toThrow(`The lock ${former} cannot be used`);
  expect(existsSync(former)).toBe(false);
});

test("a server makes its lock again where somebody removed it", async () => {
  await using queue = await QueueOnFile.open();
  const lock = queue.host.settingsForWorker(1 as Life).lock as string;
  rmSync(lock);
  expect(queue.host.settingsForWorker(1 as Life).lock).toBe(lock);
  await using _worker = await LockHolder.start(lock);
  expect(existsSync(lock)).toBe(true);
});

test("a killed worker holds no lock", async () => {
  const { own } = new WorkerLocks(db, path);
  await using worker = await LockHolder.start(own);
  expect(removeFreeLock(own)).toBe(false);
  await worker.end();
  expect(removeFreeLock(own)).toBe(true);
});

/** SQLite cannot open a folder, just as it can open no file when no descriptor is free. */
function blind(lock: string): void {
  rmSync(lock);
  mkdirSync(lock);
}

test("a server stops although its lock cannot be opened", () => {
  const locks = new WorkerLocks(db, path);
  blind(locks.own);
  expect(() => removeFreeLock(locks.own)).toThrow("unable to open database file");
  locks.close();
  expect(known()).toEqual({ n: 1 });
});

test("former locks that cannot be opened are logged once, and tried until they can", async () => {
  const former = new WorkerLocks(db, path).own;
  blind(former);
  const locks = nextLife();
  const clock = new WallClock();
  const store = new Store({ db, retentionMs: 1000, clock, random: Math.random });
  const told: Former[] = [];
  const done = Promise.withResolvers<void>();
  let looks = 0;
  const takingBack = new TakingBack({
    locks: {
      areFormerGone: () => {
        if (++looks === 3) rmdirSync(former);
        return locks.areFormerGone();
      },
      stageOf: (attempt) => locks.stageOf(attempt),
      forgetFormer: () => locks.forgetFormer(),
    },
    store,
    tell: (message) => told.push(message),
    onDone: done.resolve,
  });
  takingBack.start();
  await done.promise;
  expect(told).toMatchObject([
    { isGone: false, trouble: expect.stringContaining(former) },
    { isGone: true },
  ]);
});
