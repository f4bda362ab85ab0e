import {
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Found } from "../../../../../src/jobs/job.ts";
import type { JobQueue } from "../../../../../src/jobs/queue.ts";
import { FileGuard } from "../../../../../src/jobs/sqlite/thread/file/guard.ts";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import { yearly } from "../../../../contracts/schedules.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";
import { LoggedQueue } from "../../../../helpers/logged-queue.ts";

let folder: Folder;
let path: string;
let host: LoggedQueue;
let queue: JobQueue;
let lines: LoggedQueue["lines"];

beforeEach(async () => {
  folder = new Folder();
  path = folder.file("jobs.db");
  await open();
});
afterEach(async () => {
  await host.close();
  folder[Symbol.dispose]();
});

async function open(): Promise<void> {
  host = await LoggedQueue.open(path);
  ({ queue, lines } = host);
}

async function submit(job: object = {}): Promise<string> {
  const [submitted] = await queue.jobs.submit([{ ...plainJob, ...job }]);
  if (submitted?.kind !== "accepted") throw new Error("not accepted");
  return submitted.job.id;
}

const refused = (words: RegExp) => ({
  type: "queue-unavailable",
  detail: expect.stringMatching(words),
});

/** What a whole database file says of one of our jobs. */
function stateIn(file: string, seq: number): unknown {
  const db = new DatabaseSync(file);
  const row = db.prepare("SELECT state FROM job WHERE seq = ?").get(seq);
  db.close();
  return row?.["state"];
}

/** Another program's database, of some pages. */
function theirs(): Buffer {
  const file = folder.file("theirs.db");
  const db = new DatabaseSync(file);
  db.exec("CREATE TABLE a (b); INSERT INTO a VALUES (zeroblob(200000))");
  db.close();
  return readFileSync(file);
}

describe("no path leads to the file any more: new jobs are refused, accepted ones go on", () => {
  async function detached(words: RegExp): Promise<void> {
    expect(await host.told()).toMatch(words);
    expect(lines[0]?.msg).toContain(path);
    const reason = refused(/file was .* in the server's log/);
    await expect(submit()).rejects.toMatchObject(reason);
    const batch = { jobs: [plainJob], onEnd: null, key: null };
    await expect(queue.batches.submit(batch)).rejects.toMatchObject(reason);
    const put = queue.schedules.put(yearly, { versions: null, isNew: false });
    await expect(put).rejects.toMatchObject(reason);
    expect(lines).toHaveLength(1);
  }

  test("deleted", async () => {
    const id = await submit();
    rmSync(path);
    await detached(/was deleted or moved.*stop the server/);
    while (existsSync(`${path}-wal`)) await queue.jobs.find(id);
    await expect(submit()).rejects.toMatchObject(refused(/trying again does not help/i));
    expect(lines).toHaveLength(1);
    const ran = Promise.withResolvers<void>();
    const consumption = queue.consume({
      run: async () => {
        ran.resolve();
        return { kind: "succeeded", result: "2" };
      },
    });
    consumption.offer(1);
    await ran.promise;
    await consumption.stop();
    expect(await queue.jobs.find(id, true)).toMatchObject({
      job: { state: "succeeded" },
      result: "2",
    });
  });

  test("moved: it is whole where it is, and can be put back once the server has stopped", async () => {
    const id = await submit();
    renameSync(path, folder.file("moved.db"));
    await detached(/deleted or moved/);
    expect(stateOf(await queue.control.cancel(id))).toBe("cancelled");
    await host.close();
    renameSync(folder.file("moved.db"), path);
    await open();
    expect(stateOf(await queue.jobs.find(id))).toBe("cancelled");
  });

  test("replaced: what is there now is not touched, nor is it given our log", async () => {
    await submit();
    const other = theirs();
    renameSync(folder.file("theirs.db"), path);
    await detached(/replaced by another file/);
    await host.close();
    expect(readFileSync(path).equals(other)).toBe(true);
    expect(existsSync(`${path}-wal`)).toBe(false);
    rmSync(path);
    await open();
  });
});

test("a file that is back at the next look takes jobs again", async () => {
  await host.close();
  host = await LoggedQueue.open(path, "info");
  ({ queue, lines } = host);
  const first = await submit();
  renameSync(path, folder.file("away.db"));
  expect(await host.told()).toMatch(/was deleted or moved/);
  await expect(submit()).rejects.toMatchObject(refused(/Try again in some seconds/));
  renameSync(folder.file("away.db"), path);
  while (lines.length < 2) await queue.jobs.find(first);
  expect(lines[1]?.msg).toMatch(/is back, and whole: it takes jobs again/);
  await submit();
  expect(existsSync(`${path}-wal`)).toBe(true);
  expect(lines).toHaveLength(2);
  await host.close();
  expect(stateIn(path, 2)).toBe(1);
});

describe("what the file has is not what was written: nothing is answered, nothing written", () => {
  async function destroyed(words: RegExp): Promise<void> {
    expect(await host.told()).toMatch(words);
    await expect(submit()).rejects.toMatchObject(refused(/in the server's log/));
    await expect(queue.jobs.find("x")).rejects.toMatchObject(refused(/in the server's log/));
    expect(lines).toHaveLength(1);
    const left = readFileSync(path);
    await host.close();
    expect(readFileSync(path).equals(left)).toBe(true);
    for (const end of ["", "-wal"]) rmSync(`${path}${end}`, { force: true });
    await open();
  }

  test("emptied", async () => {
    await submit();
    truncateSync(path);
    await destroyed(/was cut short/);
  });

  test("cut by one page", async () => {
    await submit();
    truncateSync(path, statSync(path).size - 4096);
    await destroyed(/was cut short/);
  });

  test("overwritten by another program's database", async () => {
    await submit();
    writeFileSync(path, theirs());
    await destroyed(/was overwritten/);
  });

  test("overwritten by an older state of itself, as by a backup that is put back", async () => {
    await host.close();
    const backup = readFileSync(path);
    await open();
    // Enough for SQLite to write the log into the file.
    await submit({ input: JSON.stringify("x".repeat(6_000_000)) });
    while (statSync(path).size < 6_000_000) await submit();
    const grown = statSync(path).size;
    const file = openSync(path, "r+");
    writeSync(file, Buffer.concat([backup, Buffer.alloc(grown - backup.length)]));
    await destroyed(/was overwritten/);
  });

  test("its log emptied", async () => {
    await submit();
    truncateSync(`${path}-wal`);
    await destroyed(/lost its log, which was cut short/);
  });
});

test("a log that is deleted is made anew, and nothing is lost", async () => {
  const first = await submit();
  rmSync(`${path}-wal`);
  // The next look makes it; whatever is written next is in it.
  while (!existsSync(`${path}-wal`)) await submit();
  const last = await submit();
  for (const end of ["", "-wal"]) copyFileSync(`${path}${end}`, `${folder.file("copy.db")}${end}`);
  expect(stateIn(folder.file("copy.db"), 1)).toBe(1);
  expect(stateOf(await queue.jobs.find(first))).toBe("queued");
  expect(stateOf(await queue.jobs.find(last))).toBe("queued");
  expect(lines).toEqual([]);
});

test("a log that cannot be made anew at once, for want of room, is made at a later look", () => {
  const file = folder.file("full.db");
  const db = openDatabase(file);
  const guard = new FileGuard(db, file);
  const write = () => db.exec("INSERT INTO meta VALUES (hex(randomblob(8)), x'00')");
  write();
  expect(guard.look()).toBeUndefined();
  rmSync(`${file}-wal`);
  const exec = db.exec.bind(db);
  db.exec = (sql) => {
    if (sql.includes("= DELETE")) exec("PRAGMA journal_mode = DELETE");
    if (sql.includes("= WAL")) throw new Error("database or disk is full");
  };
  expect(guard.look()).toBeUndefined();
  db.exec = exec;
  write();
  expect(existsSync(`${file}-wal`)).toBe(false);
  expect(guard.look()).toBeUndefined();
  write();
  expect(existsSync(`${file}-wal`)).toBe(true);
  expect(guard.look()).toBeUndefined();
  guard.close();
});

describe("damage", () => {
  const large = { input: JSON.stringify("x".repeat(200_000)) };

  /** While the server is stopped: the last pages, which hold the end of an input. */
  async function damage(from: number): Promise<void> {
    await host.close();
    const bytes = readFileSync(path);
    bytes.fill(0xaa, from < 0 ? bytes.length + from : from);
    writeFileSync(path, bytes);
  }

  test("that SQLite finds is reported once; nothing is written any more, and reads go on", async () => {
    const id = await submit(large);
    await damage(-10 * 4096);
    await open();
    queue.consume({ run: () => Promise.reject(new Error("It cannot be read")) }).offer(1);
    expect(await host.told()).toMatch(/jobs.db is damaged .*Stop the server, put a backup/);
    await expect(submit()).rejects.toMatchObject(refused(/is damaged/));
    await expect(queue.control.cancel(id)).rejects.toMatchObject(refused(/is damaged/));
    expect(stateOf(await queue.jobs.find(id))).toBe("queued");
    expect(lines).toHaveLength(1);
  });

  test("that is found at the start stops the server, with the path and what to do", async () => {
    await submit(large);
    await damage(2 * 4096);
    await expect(open()).rejects.toThrow(/jobs.db: it is damaged.*Move it away/);
    rmSync(path);
    await open();
  });
});

function stateOf(found: Found): string {
  return found.kind === "found" ? found.job.state : found.kind;
}
