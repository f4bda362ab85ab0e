import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileGuard } from "../../../../../src/jobs/sqlite/thread/file/guard.ts";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../../../src/jobs/sqlite/thread/wall-clock.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";

let folder: Folder;
let path: string;
let db: DatabaseSync;
/** In ms, of both clocks. */
let now: number;
beforeEach(() => {
  folder = new Folder();
  path = folder.file("jobs.db");
  db = openDatabase(path);
  now = 10_000;
});
afterEach(() => {
  db.close();
  folder[Symbol.dispose]();
});

/** @param stepMs by which the time passes with each look at it */
function makeStore(stepMs = 0): Store {
  const wall = () => now;
  const steady = () => {
    now += stepMs;
    return now;
  };
  return new Store({
    db,
    retentionMs: 1000,
    clock: new WallClock(wall, steady),
    random: () => 0.5,
  });
}

/** Jobs that have succeeded, each with a result, an input, a tag, a checkpoint and a key. */
function fill(jobs: number, resultBytes: number): void {
  db.exec(`BEGIN;
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${jobs})
      INSERT INTO job (state, task, priority, max_attempts, timeout_ms, backoff_ms, created_at, run_at, finished_at)
        SELECT 3, 'double', 0, 3, 1000, 0, n, n, 1 FROM number;
    INSERT INTO input (seq, input) SELECT seq, '{}' FROM job;
    INSERT INTO result (seq, result) SELECT seq, hex(zeroblob(${resultBytes / 2})) FROM job;
    INSERT INTO tag SELECT 'a', seq FROM job;
    INSERT INTO checkpoint SELECT seq, '1' FROM job;
    INSERT INTO key SELECT 'key ' || seq, 'a', seq, 1 FROM job; COMMIT`);
}

function countOf(table: string): number {
  return (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
}

test("every part of a job goes with it, some jobs at a time", () => {
  fill(1200, 10);
  const store = makeStore();
  const steps: number[] = [];
  while (store.doChores()) steps.push(countOf("job"));
  expect(steps).toEqual([700, 200]);
  for (const table of ["job", "input", "result", "tag", "checkpoint", "key"]) {
    expect([table, countOf(table)]).toEqual([table, 0]);
  }
});

test("a step ends when it has taken long, and the next one goes on", () => {
  fill(100, 10);
  const store = makeStore(4);
  expect(store.doChores()).toBe(true);
  const left = countOf("job");
  expect([left > 90, left < 100]).toEqual([true, true]);
  while (store.doChores());
  expect(countOf("job")).toBe(0);
});

test("the file shrinks when most of it is free, and the guard takes it for no harm", () => {
  fill(600, 20_000);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const guard = new FileGuard(db, path);
  const before = statSync(path).size;
  const store = makeStore();
  const sizes: number[] = [];
  while (store.doChores()) {
    expect(guard.look()).toBeUndefined();
    sizes.push(statSync(path).size);
  }
  db.exec("PRAGMA wal_checkpoint(PASSIVE)");
  expect(guard.look()).toBeUndefined();
  expect(before).toBeGreaterThan(12_000_000);
  // What is left free is less than is worth the work.
  expect(statSync(path).size).toBeLessThan(1100 * 4096);
  expect(sizes.length).toBeGreaterThan(10);
  expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
});

test("a file that was laid out before version 6 is left as it is", () => {
  fill(600, 20_000);
  db.exec("PRAGMA auto_vacuum = NONE; VACUUM");
  const store = makeStore();
  for (let step = 0; step < 5; step++) store.doChores();
  expect(store.doChores()).toBe(false);
  expect(countOf("job")).toBe(0);
});
