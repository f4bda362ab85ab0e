import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import {
  migrate,
  newestVersion,
  secretOf,
  versionOf,
} from "../../../../../src/jobs/sqlite/thread/schema/schema.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";

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

/** Every file of the folder, with its content. */
function contents(): Record<string, string> {
  const names = readdirSync(folder.path).filter((name) => statSync(folder.file(name)).isFile());
  return Object.fromEntries(names.map((name) => [name, readFileSync(folder.file(name), "latin1")]));
}

/** Opening fails with these words and the path, and every file in the folder stays as it is. */
function isRefused(words: RegExp): void {
  const before = contents();
  expect(() => openDatabase(path)).toThrow(words);
  expect(() => openDatabase(path)).toThrow(path);
  expect(contents()).toEqual(before);
}

/** Leaves the file as a program does that is killed: with what was committed last in its log. */
function leftBy(change: (db: DatabaseSync) => void): void {
  const origin = folder.file("origin");
  mkdirSync(origin);
  const db = new DatabaseSync(`${origin}/db`);
  change(db);
  for (const end of ["", "-wal", "-shm", "-journal"]) {
    if (existsSync(`${origin}/db${end}`)) copyFileSync(`${origin}/db${end}`, `${path}${end}`);
  }
  db.close();
}

/** As `leftBy`, with a file of ours. */
function leftByOurs(change: (db: DatabaseSync) => void): void {
  made();
  const db = new DatabaseSync(path);
  change(db);
  copyFileSync(path, `${path}.kept`);
  copyFileSync(`${path}-wal`, `${path}.kept-wal`);
  db.close();
  copyFileSync(`${path}.kept`, path);
  copyFileSync(`${path}.kept-wal`, `${path}-wal`);
}

test("an absent file is made, with a secret of its own, and opened again as it was", () => {
  const first = openDatabase(path);
  const secret = secretOf(first);
  expect(secret).toHaveLength(32);
  expect(versionOf(first)).toBe(newestVersion);
  first.close();
  const again = openDatabase(path);
  expect(secretOf(again)).toEqual(secret);
  again.close();
});

test("every change is on disk when it is committed, in the drive of a Mac too", () => {
  const db = openDatabase(path);
  expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  expect(db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  expect(db.prepare("PRAGMA fullfsync").get()).toEqual({ fullfsync: 1 });
  expect(db.prepare("PRAGMA checkpoint_fullfsync").get()).toEqual({ checkpoint_fullfsync: 1 });
  db.close();
});

test("an empty file is taken as a new one, and so is a database without a table", () => {
  writeFileSync(path, "");
  made();
  path = folder.file("blank.db");
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE a (b); DROP TABLE a");
  db.close();
  made();
});

test("a file that was left before its first checkpoint is ours, by its log", () => {
  const origin = folder.file("origin.db");
  const db = openDatabase(origin);
  const secret = secretOf(db);
  copyFileSync(origin, path);
  copyFileSync(`${origin}-wal`, `${path}-wal`);
  db.close();
  const again = openDatabase(path);
  expect(secretOf(again)).toEqual(secret);
  again.close();
});

test("a file of the first version is brought up to date: a key without its job goes", () => {
  const db = new DatabaseSync(path);
  migrate(db, 1);
  db.exec(`INSERT INTO job (state, task, priority, max_attempts, timeout_ms, backoff_ms, created_at,
      run_at, input) VALUES (1, 'double', 0, 1, 1, 1, 1, 1, '{}');
    INSERT INTO key VALUES ('kept', 'a', 1, 1), ('lost', 'a', 2, 1)`);
  db.close();
  const opened = openDatabase(path);
  expect(versionOf(opened)).toBe(newestVersion);
  expect(opened.prepare("SELECT name FROM key").all()).toEqual([{ name: "kept" }]);
  opened.close();
});

test("a copy is a file of its own, whatever lies beside the one that it was copied from", () => {
  leftByOurs((db) => db.exec("UPDATE meta SET value = x'00' WHERE name = 'secret'"));
  copyFileSync(path, folder.file("copy.db"));
  openDatabase(folder.file("copy.db")).close();
});

describe("the mode", () => {
  const modeOf = (name: string) => statSync(name).mode & 0o777;

  test.each([0o000, 0o022, 0o277])(
    "of what is made is for the owner alone, whatever the umask (%o)",
    (umask) => {
      const opening = new URL(
        "../../../../../src/jobs/sqlite/thread/file/opening.ts",
        import.meta.url,
      ).href;
      const script = `process.umask(${umask});
        const { openDatabase } = await import(${JSON.stringify(opening)});
        const { statSync } = await import("node:fs");
        const db = openDatabase(${JSON.stringify(path)});
        const modes = ["", "-wal"].map((end) => statSync(${JSON.stringify(path)} + end).mode & 0o777);
        process.stdout.write(JSON.stringify(modes));`;
      const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script]);
      expect(JSON.parse(printed.toString())).toEqual([0o600, 0o600]);
    },
  );

  test("of a file that was there stays, and its log has the same", () => {
    made();
    chmodSync(path, 0o640);
    const db = openDatabase(path);
    db.exec("UPDATE meta SET value = value");
    expect(modeOf(path)).toBe(0o640);
    expect(modeOf(`${path}-wal`)).toBe(0o640);
    db.close();
  });
});

describe("a file that cannot be used is refused, and nothing is changed:", () => {
  test("one that another server has open", () => {
    const db = openDatabase(path);
    expect(() => openDatabase(path)).toThrow(/in use by another server. Stop that one/);
    db.close();
  });

  test("a database of another program", () => {
    const db = new DatabaseSync(path);
    db.exec("CREATE TABLE theirs (a)");
    db.close();
    isRefused(/database of another program. Move it away/);
  });

  test.each([["CREATE TABLE theirs (a)"], ["PRAGMA user_version = 3"]])(
    "a database of another program that was killed, whose log has all that it is: %s",
    (sql) => {
      leftBy((db) => db.exec(`PRAGMA journal_mode = WAL; ${sql}`));
      expect(Object.keys(contents())).toEqual(["jobs.db", "jobs.db-shm", "jobs.db-wal"]);
      isRefused(/database of another program/);
    },
  );

  test("a database that another program has open", () => {
    const db = new DatabaseSync(path);
    db.exec("PRAGMA journal_mode = WAL; CREATE TABLE theirs (a)");
    isRefused(/database of another program/);
    db.close();
  });

  test.each([["user_version"], ["application_id"]])(
    "an empty database that has another program's %s",
    (pragma) => {
      const db = new DatabaseSync(path);
      db.exec(`PRAGMA ${pragma} = 1`);
      db.close();
      isRefused(/database of another program/);
    },
  );

  test.each([["dear diary\n".repeat(1000)], ["x"], ["SQLite format 3\0"]])(
    "what is no database",
    (text) => {
      writeFileSync(path, text);
      isRefused(/no database at all/);
    },
  );

  test("a folder, and a pipe", () => {
    mkdirSync(path);
    isRefused(/no regular file/);
    path = folder.file("pipe");
    execFileSync("mkfifo", [path]);
    expect(() => openDatabase(path)).toThrow(/no regular file/);
  });

  test("one of a newer version", () => {
    made();
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE");
    db.close();
    isRefused(/newer version of manycore/);
  });

  test("one of a newer version that was killed while it brought the file up to date", () => {
    leftByOurs((db) => db.exec("PRAGMA user_version = 99"));
    isRefused(/newer version of manycore/);
  });

  test("one that was cut short", () => {
    made();
    truncateSync(path, 3 * 4096);
    isRefused(/damaged.*12288 bytes/);
  });

  test("one whose start is damaged", () => {
    made();
    const bytes = readFileSync(path);
    bytes.fill(0xaa, 110, 4096);
    writeFileSync(path, bytes);
    isRefused(/damaged/);
  });

  test("a log that was left behind, which SQLite would delete", () => {
    leftByOurs((db) => db.exec("UPDATE meta SET value = x'00'"));
    truncateSync(path, 0);
    isRefused(/empty, but its log .*jobs.db-wal is there/);
  });

  test.each([
    ["moved", renameSync],
    ["used by another of its names", linkSync],
  ])("one that was %s, and its log lies elsewhere", (_, reach) => {
    leftByOurs((db) => db.exec("UPDATE meta SET value = x'00' WHERE name = 'secret'"));
    const log = `${path}-wal`;
    const before = path;
    path = folder.file("elsewhere.db");
    reach(before, path);
    isRefused(/elsewhere.db: its log.*is at .*jobs.db-wal. Move it to .*elsewhere.db-wal/);
    renameSync(log, `${path}-wal`);
    const db = openDatabase(path);
    expect(secretOf(db)).toHaveLength(1);
    db.close();
  });

  test("a folder that does not exist, with both remedies", () => {
    const lost = folder.file("none/jobs.db");
    expect(() => openDatabase(lost)).toThrow(/cannot be opened for writing/);
    expect(() => openDatabase(lost)).toThrow(/folder that exists.*--queue none/);
  });

  test("links in a circle", () => {
    symlinkSync(path, path);
    expect(() => openDatabase(path)).toThrow(/cannot be opened for writing/);
  });
});

test("a file of an earlier version gets what is new, and keeps its jobs", () => {
  const before = new DatabaseSync(path);
  migrate(before, 2);
  before.exec(`INSERT INTO job (state, task, priority, max_attempts, timeout_ms, backoff_ms,
    created_at, run_at, input, result) VALUES (3, 't', 0, 1, 1, 0, 0, 0, '{}', '1')`);
  before.close();
  const after = openDatabase(path);
  expect(versionOf(after)).toBe(newestVersion);
  expect(after.prepare("SELECT state, losses FROM job").all()).toEqual([{ state: 3, losses: 0 }]);
  expect(after.prepare("SELECT input FROM input").all()).toEqual([{ input: "{}" }]);
  expect(after.prepare("SELECT result, bytes_at FROM result").all()).toEqual([
    { result: "1", bytes_at: null },
  ]);
  after.close();
});
