import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase, secretOf, versionOf } from "../../../src/jobs/embedded/schema.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

let folder: Folder;
let path: string;
beforeEach(() => {
  folder = new Folder();
  path = folder.file("jobs.db");
});
afterEach(() => folder[Symbol.dispose]());

/** Opens and closes; afterwards the file is whole, without a log beside it. */
function made(): void {
  openDatabase(path).close();
}

/** Opening fails with these words and the path, and the file's bytes stay as they are. */
function isRefused(words: RegExp): void {
  const before = readFileSync(path);
  expect(() => openDatabase(path)).toThrow(words);
  expect(() => openDatabase(path)).toThrow(path);
  expect(readFileSync(path).equals(before)).toBe(true);
}

test("an absent file is made, with a secret of its own, and opened again as it was", () => {
  const first = openDatabase(path);
  const secret = secretOf(first);
  expect(secret).toHaveLength(32);
  expect(versionOf(first)).toBe(1);
  first.close();
  const again = openDatabase(path);
  expect(secretOf(again)).toEqual(secret);
  again.close();
});

test("every change is on disk when it is committed", () => {
  const db = openDatabase(path);
  expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  expect(db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  db.close();
});

test("an empty file is taken as a new one", () => {
  writeFileSync(path, "");
  made();
});

test("a file that another has open is refused", () => {
  const db = openDatabase(path);
  expect(() => openDatabase(path)).toThrow(/in use by another server. Stop that one/);
  db.close();
});

test("a database of another program is refused and stays as it was", () => {
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE theirs (a)");
  db.close();
  isRefused(/database of another program. Move it away/);
});

test("a file that is no database is refused and stays as it was", () => {
  writeFileSync(path, "dear diary\n".repeat(1000));
  isRefused(/no database at all/);
});

test("a file of a newer version is refused and stays as it was", () => {
  made();
  const db = new DatabaseSync(path);
  db.exec("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE");
  db.close();
  isRefused(/newer version of manycore/);
});

test("a damaged file is refused and stays as it was", () => {
  const db = openDatabase(path);
  const insert = db.prepare(
    `INSERT INTO job (state, task, priority, max_attempts, timeout_ms, backoff_ms, created_at,
       run_at, input) VALUES (1, 'double', 0, 1, 1, 1, 1, 1, ?)`,
  );
  for (let count = 0; count < 500; count++) insert.run("x".repeat(500));
  db.close();
  const bytes = readFileSync(path);
  bytes.fill(0xaa, 3 * 4096, 40 * 4096);
  writeFileSync(path, bytes);
  isRefused(/damaged/);
});

test("a folder that does not exist is told, with both ways out", () => {
  const lost = folder.file("none/jobs.db");
  expect(() => openDatabase(lost)).toThrow(/cannot be opened for writing/);
  expect(() => openDatabase(lost)).toThrow(/folder that exists.*--queue none/);
});
