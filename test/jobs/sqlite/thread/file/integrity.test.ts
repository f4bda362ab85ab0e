import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FileGuard } from "../../../../../src/jobs/sqlite/thread/file/guard.ts";
import {
  IntegrityCheck,
  type Verdict,
} from "../../../../../src/jobs/sqlite/thread/file/integrity.ts";
import { checkLeftFile } from "../../../../../src/jobs/sqlite/thread/file/left.ts";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";
import { LoggedQueue } from "../../../../helpers/logged-queue.ts";

let folder: Folder;
let path: string;
beforeEach(() => {
  folder = new Folder();
  path = folder.file("jobs.db");
});
afterEach(() => folder[Symbol.dispose]());

const large = { ...plainJob, input: JSON.stringify("x".repeat(200_000)) };

function damage(): void {
  const bytes = readFileSync(path);
  bytes.fill(0xaa, bytes.length - 10 * 4096);
  writeFileSync(path, bytes);
}

/** Leaves the file as a server does that is killed. */
async function left(): Promise<void> {
  const origin = folder.file("origin.db");
  await using server = await LoggedQueue.open(origin);
  await server.queue.jobs.submit([large]);
  await server.close();
  await using next = await LoggedQueue.open(origin);
  await next.queue.jobs.submit([plainJob]);
  for (const end of ["", "-wal"]) copyFileSync(`${origin}${end}`, `${path}${end}`);
}

describe("a check of the file as it lies on the disk", () => {
  const verdict = () => new Promise<Verdict>((resolve) => new IntegrityCheck(path, resolve));

  test("gives its verdict under node --watch, too", async () => {
    await left();
    vi.stubEnv("WATCH_REPORT_DEPENDENCIES", "1"); // Node sets it.
    expect(await verdict().finally(() => vi.unstubAllEnvs())).toHaveProperty("kind");
  });

  test("finds a sound one sound, while it is open and written to", async () => {
    const db = openDatabase(path);
    db.exec("UPDATE meta SET value = x'00'");
    expect(await verdict()).toEqual({ kind: "sound" });
    db.close();
  });

  test("reports damage, and what is no file", async () => {
    await left();
    damage();
    expect(await verdict()).toMatchObject({ kind: "damaged" });
    path = folder.file("none.db");
    expect(await verdict()).toMatchObject({ kind: "unknown" });
    expect(existsSync(path)).toBe(false);
  });

  test("that is called off reports nothing", async () => {
    openDatabase(path).close();
    const check = new IntegrityCheck(path, () => expect.unreachable("it was called off"));
    check.stop();
    expect(await verdict()).toEqual({ kind: "sound" });
  });
});

describe("after a server that was killed", () => {
  test("the check ends where the log becomes too long, and the log goes into the file", async () => {
    const db = openDatabase(path);
    const guard = new FileGuard(db, path);
    const verdict = new Promise<Verdict>((resolve) => {
      checkLeftFile({ path, guard, onVerdict: resolve, mostLogBytes: 1024 ** 2, lookMs: 1 });
    });
    db.exec("INSERT INTO meta VALUES ('large', zeroblob(5000000))");
    expect(guard.isLogLong).toBe(false);
    const { size } = statSync(path);
    expect(await verdict).toEqual({ kind: "unknown", detail: "its log grew past 1 MB first" });
    expect(guard.isLogLong).toBe(true);
    guard.writeBack();
    expect(statSync(path).size).toBeGreaterThan(size + 4_000_000);
    guard.close();
  });

  test("damage is reported while the server serves, and nothing is written any more", async () => {
    await left();
    damage();
    await using server = await LoggedQueue.open(path);
    expect(await server.told()).toMatch(/jobs.db is damaged \(.*nothing is written to it/s);
    await expect(server.queue.jobs.submit([plainJob])).rejects.toMatchObject({
      type: "queue-unavailable",
      detail: expect.stringContaining("is damaged"),
    });
    expect((await server.queue.jobs.stats()).states.queued).toBe(2);
    expect(server.lines).toHaveLength(1);
  });

  test("a sound file serves at once, and its log goes into it when the check is done", async () => {
    await left();
    const { size } = statSync(path);
    await using server = await LoggedQueue.open(path);
    while (statSync(path).size < size + 4_000_000) await server.queue.jobs.submit([large]);
    expect(server.lines).toEqual([]);
  });
});
