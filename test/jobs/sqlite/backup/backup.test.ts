/** `manycore backup`, with real servers and files. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../../../src/jobs/sqlite/thread/file/opening.ts";
import { BackupCommand, backUpBy } from "../../../helpers/backup-command.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";
import { ServerProcess } from "../../../helpers/server-process.ts";

const tasks = new URL("../../../fixtures/tasks.ts", import.meta.url).pathname;

let folder: Folder;
let path: string;
let target: string;
beforeEach(() => {
  folder = new Folder();
  path = folder.file("jobs.db");
  target = folder.file("copy.db");
});
afterEach(() => folder[Symbol.dispose]());

const flagsOf = (file: string) => ["--queue", `sqlite:${file}`, "--tasks", tasks];
const start = (file = path) => ServerProcess.start([...flagsOf(file), "--mode", "threads"]);

interface Answered {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly startedAt: string | null;
}

async function submit(server: ServerProcess, task: string, input: unknown, wait = false) {
  const response = await fetch(`${server.url}/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(wait && { prefer: "wait=30" }) },
    body: JSON.stringify({ task, input }),
  });
  return ((await response.json()) as Answered).id;
}

async function attemptsOf(server: ServerProcess, id: string): Promise<readonly unknown[]> {
  return (await server.get<{ attempts: readonly unknown[] }>(`/jobs/${id}/attempts`)).attempts;
}

/** Jobs in the file, with inputs of 1 MB that nobody runs before 2100. */
function fill(megabytes: number): void {
  const db = openDatabase(path);
  db.exec(`PRAGMA synchronous = OFF; BEGIN;
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${megabytes})
      INSERT INTO job (state, task, priority, max_attempts, timeout_ms, backoff_ms, created_at, run_at)
        SELECT 0, 'double', 0, 3, 1000, 0, n, 4102444800000 FROM number;
    INSERT INTO input (seq, input) SELECT seq, hex(zeroblob(500000)) FROM job; COMMIT`);
  db.close();
}

function leftOvers(): string[] {
  return readdirSync(folder.path).filter((name) => /backup|part|copy/.test(name));
}

/** Resolves when so many bytes of the copy are written. */
async function copied(bytes: number): Promise<void> {
  const part = `${path}-backup.part`;
  while ((statSync(part, { throwIfNoEntry: false })?.size ?? 0) < bytes) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("while a server runs", () => {
  test("the backup has every job that was accepted before, and a server goes on with it", async () => {
    await using server = await start();
    const done = await submit(server, "double", { value: 21 }, true);
    const running = await submit(server, "never", {});
    const jobOf = (of: ServerProcess, id: string) => of.get<Answered>(`/jobs/${id}`);
    while ((await jobOf(server, running)).state !== "running");
    expect(await backUpBy(path, target)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${target}: 2 jobs`),
      stderr: "",
    });
    expect(leftOvers()).toEqual(["copy.db"]);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    await using restored = await start(target);
    expect(await jobOf(restored, done)).toMatchObject({ state: "succeeded" });
    // It is a file of its own: its jobs run here, whatever the original's workers do.
    const { startedAt } = await jobOf(server, running);
    const hasBegun = (job: Answered) => job.startedAt !== null && job.startedAt !== startedAt;
    while (!hasBegun(await jobOf(restored, running)));
    expect(await attemptsOf(restored, running)).toMatchObject([{ number: 1, outcome: "lost" }]);
    expect(await attemptsOf(server, running)).toEqual([]);
  });

  test("a backup touches no lock and no marks of the original, although that was killed", async () => {
    await using server = await start();
    const running = await submit(server, "never", {});
    while ((await server.get<Answered>(`/jobs/${running}`)).state !== "running");
    expect(await backUpBy(path, target)).toMatchObject({ code: 0 });
    await server[Symbol.asyncDispose]();
    const ofOriginal = () =>
      readdirSync(folder.path).filter((name) => name.startsWith("jobs.db-w"));
    const before = ofOriginal();
    expect(before.filter((name) => name.includes("-workers-"))).toHaveLength(2);
    await using restored = await start(target);
    while ((await attemptsOf(restored, running)).length === 0);
    expect(ofOriginal()).toEqual(before);
  });

  test("submits go on while the file is copied, and none is lost from the file", async () => {
    fill(100);
    await using server = await start();
    const backup = new BackupCommand(path, target);
    await copied(1_000_000);
    const ids: string[] = [];
    while (existsSync(`${path}-backup.part`))
      ids.push(await submit(server, "double", { value: 1 }));
    expect(await backup.ended).toMatchObject({ code: 0 });
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) {
      expect((await fetch(`${server.url}/jobs/${id}`)).status).toBe(200);
    }
    const copy = new DatabaseSync(target, { readOnly: true });
    expect(copy.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    copy.close();
  });

  test("one that is ended leaves nothing, and the next one is made", async () => {
    fill(100);
    await using server = await start();
    for (const signal of ["SIGKILL", "SIGINT"] as const) {
      const killed = new BackupCommand(path, target);
      await copied(1_000_000);
      killed.child.kill(signal);
      expect((await killed.ended).code).toBeNull();
      while (leftOvers().length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await backUpBy(path, target)).toMatchObject({ code: 0 });
    expect(await server.get("/jobs?limit=1")).toMatchObject({ jobs: [{ task: "double" }] });
  });

  test("the second of two at the same time is refused", async () => {
    fill(200);
    await using _server = await start();
    const first = new BackupCommand(path, target);
    await copied(1_000_000);
    const second = await backUpBy(path, folder.file("second.db"));
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("another backup") });
    expect(await first.ended).toMatchObject({ code: 0 });
  });

  test("it fails if the server is killed, and what it left is removed at the next start", async () => {
    fill(200);
    await using server = await start();
    const backup = new BackupCommand(path, target);
    await copied(1_000_000);
    server.child.kill("SIGKILL");
    const { code, stderr } = await backup.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining("has ended")]);
    await server.exited;
    await using _again = await start();
    expect(leftOvers()).toEqual([]);
  });

  test("a full disk is told, and the server goes on", async () => {
    fill(20);
    const limit = statSync(path).size - 5_000_000;
    // A file that is there already may be larger; the copy may not.
    await using server = await ServerProcess.startLimited(flagsOf(path), limit);
    const { code, stderr } = await backUpBy(path, target);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot copy .*(full|I\/O)/)]);
    expect(leftOvers()).toEqual([]);
    expect(await submit(server, "double", { value: 1 }, true)).toHaveLength(22);
  });

  test("a path that is too long for a socket makes no difference", async () => {
    path = folder.file(`${"long".repeat(20)}/${"path".repeat(20)}/jobs.db`);
    mkdirSync(path.slice(0, -"/jobs.db".length), { recursive: true });
    await using server = await start();
    expect(await backUpBy(path, target)).toMatchObject({ code: 0 });
    expect(server.log.filter(({ level }) => level === "warn")).toEqual([]);
    server.child.kill("SIGTERM");
    await server.exited;
    expect(existsSync(`${path}-control`)).toBe(false);
  });
});

describe("without a server", () => {
  test("the log of a killed server is in the backup, and its file stays as it is", async () => {
    const server = await start();
    const id = await submit(server, "double", { value: 21 }, true);
    await server[Symbol.asyncDispose]();
    const files = () => ["", "-wal"].map((end) => readFileSync(path + end, "latin1"));
    const before = files();
    expect(await backUpBy(path, target)).toMatchObject({ code: 0 });
    expect(files()).toEqual(before);
    await using restored = await start(target);
    expect(await restored.get(`/jobs/${id}`)).toMatchObject({ state: "succeeded" });
  });

  test("a backup of a backup, and by a link", async () => {
    openDatabase(path).close();
    symlinkSync(path, folder.file("link.db"));
    expect(await backUpBy(folder.file("link.db"), target)).toMatchObject({ code: 0 });
    expect(await backUpBy(target, folder.file("again.db"))).toMatchObject({ code: 0 });
  });
});

describe("there is no backup, and nothing is changed:", () => {
  async function isRefused(words: RegExp): Promise<void> {
    const before = readdirSync(folder.path);
    const { code, stderr, stdout } = await backUpBy(path, target);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(words);
    expect(readdirSync(folder.path)).toEqual(before);
  }

  test("the target exists", async () => {
    openDatabase(path).close();
    writeFileSync(target, "mine");
    await isRefused(/copy.db exists already, and is not overwritten. Name another/);
    expect(readFileSync(target, "utf8")).toBe("mine");
  });

  test("its folder does not", async () => {
    openDatabase(path).close();
    target = folder.file("none/copy.db");
    await isRefused(/no folder .*none. Make it/);
  });

  test("there is no such queue", () =>
    isRefused(/no queue's file .*jobs.db. Name it with --queue/));

  test("the file is another program's", async () => {
    new DatabaseSync(path).exec("CREATE TABLE theirs (a)");
    await isRefused(/database of another program/);
  });

  test("the file is no database", async () => {
    writeFileSync(path, "dear diary\n".repeat(1000));
    await isRefused(/no database at all/);
  });

  test("the file is damaged", async () => {
    fill(2);
    const bytes = readFileSync(path);
    bytes.fill(0xaa, 8192, 40_960);
    writeFileSync(path, bytes);
    await isRefused(/damaged|malformed/);
  });
});
