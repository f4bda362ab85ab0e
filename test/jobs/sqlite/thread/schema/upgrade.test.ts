/** A file that version 5 left is opened by this build. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Found, JobPage } from "../../../../../src/jobs/job.ts";
import type { StoreCommand } from "../../../../../src/jobs/messages/commands.ts";
import type { Submitted } from "../../../../../src/jobs/new-job.ts";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import type { Row } from "../../../../../src/jobs/sqlite/thread/jobs/rows.ts";
import {
  migrate,
  newestVersion,
  versionOf,
} from "../../../../../src/jobs/sqlite/thread/schema/schema.ts";
import type { Upgrade } from "../../../../../src/jobs/sqlite/thread/schema/upgrade.ts";
import { Store } from "../../../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../../../src/jobs/sqlite/thread/wall-clock.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import { idsV5, killedAtV5, makeFileV5 } from "../../../../fixtures/queue-v5.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";
import { ServerProcess } from "../../../../helpers/server-process.ts";

let folder: Folder;
let path: string;
beforeEach(() => {
  folder = new Folder();
  path = folder.file("jobs.db");
});
afterEach(() => folder[Symbol.dispose]());

/** The rows of a file of version 5, each with what is in tables of its own today. */
const rowsOfFive = `SELECT seq, state, version, token, task, priority, attempts, losses, max_attempts,
  timeout_ms, backoff_ms, created_at, run_at, started_at, finished_at, cancel_requested, error_type,
  error_detail, traceparent, progress, input, result, bytes_at FROM job ORDER BY seq`;
const rowsNow = rowsOfFive.replace(
  "FROM job",
  "FROM job LEFT JOIN input USING (seq) LEFT JOIN result USING (seq)",
);

function rowsOf(file: string, sql: string) {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = { jobs: db.prepare(sql).all(), keys: db.prepare("SELECT * FROM key").all() };
  db.close();
  return rows;
}

/** As if the server had been killed at this time: what had ended is within its retention. */
function moveTo(killedAt: number): void {
  const db = new DatabaseSync(path);
  db.prepare("UPDATE job SET finished_at = finished_at + ?").run(killedAt - killedAtV5);
  db.close();
}

/** Opens the file as the server does, an instant after the kill. */
class Opened implements Disposable {
  readonly upgrades: Upgrade[] = [];
  readonly db: DatabaseSync;
  readonly store: Store;

  constructor() {
    this.db = openDatabase(path, (upgrade) => this.upgrades.push(upgrade));
    const clock = new WallClock(() => killedAtV5);
    const retentionMs = 24 * 3_600_000;
    this.store = new Store({ db: this.db, retentionMs, clock, random: () => 0.5 });
  }

  ask<Answer>(command: StoreCommand): Answer {
    const [answer] = this.store.carryOut([{ call: 0, ...command }]);
    return (answer as { value: Answer }).value;
  }

  find(name: keyof typeof idsV5): Found {
    return this.ask({ name: "find", args: { id: idsV5[name], withResult: true } });
  }

  [Symbol.dispose](): void {
    this.db.close();
  }
}

describe("a file of version 5", () => {
  beforeEach(() => makeFileV5(path));

  test("keeps every row, each column of it, and its keys; only suspects stay in quarantine", () => {
    const before = rowsOf(path, rowsOfFive);
    openDatabase(path).close();
    expect(before.jobs).toHaveLength(13);
    const isOnProbation = (row: Row) => row["state"] === 6 && (row["losses"] as number) < 2;
    const jobs = before.jobs.map((row) => (isOnProbation(row) ? { ...row, state: 1 } : row));
    expect(rowsOf(path, rowsNow)).toEqual({ ...before, jobs });
  });

  test("knows of each job whether it waits for its next attempt", () => {
    openDatabase(path).close();
    const db = new DatabaseSync(path, { readOnly: true });
    const pausing = db.prepare("SELECT seq, pause_ms FROM job WHERE pause_ms <> 0").all();
    db.close();
    const retried = Object.keys(idsV5).indexOf("retried") + 1;
    // A job that is planned (`delayed`) follows the wall clock: it makes no pause.
    expect(pausing).toEqual([{ seq: retried, pause_ms: 3_600_000 }]);
  });

  test("ends no pause late, if the clock was set back while the server was down", () => {
    openDatabase(path).close();
    const db = openDatabase(path);
    const clock = new WallClock(() => killedAtV5 - 86_400_000);
    new Store({ db, retentionMs: 86_400_000, clock, random: () => 0.5 });
    const runAt = (seq: number) => db.prepare("SELECT run_at FROM job WHERE seq = ?").get(seq);
    const names = Object.keys(idsV5);
    const retried = { run_at: killedAtV5 - 86_400_000 + 3_600_000 };
    expect(runAt(names.indexOf("retried") + 1)).toEqual(retried);
    expect(runAt(names.indexOf("delayed") + 1)).toEqual({ run_at: 1_827_448_838_778 });
    db.close();
  });

  test("keeps its ids: each job is found in the state that it was left in", () => {
    using opened = new Opened();
    const states = Object.keys(idsV5).map((name) => {
      const found = opened.find(name as keyof typeof idsV5);
      return [
        name,
        found.kind === "found" ? `${found.job.state} ${found.job.attempts}` : found.kind,
      ];
    });
    expect(Object.fromEntries(states)).toEqual({
      ...{ succeeded: "succeeded 1", large: "succeeded 1", bytes: "succeeded 1" },
      ...{ noBytes: "succeeded 1", failed: "failed 1", cancelled: "cancelled 0" },
      ...{ delayed: "queued 0", retried: "queued 1", suspect: "running 3" },
      ...{ quarantined: "queued 0", running: "running 1", cancelling: "running 1" },
      ...{ queued: "queued 0", removed: "gone" },
    });
    const { jobs } = opened.ask<JobPage>({ name: "list", args: { listing: { limit: 100 } } });
    expect(jobs.map(({ id }) => id).reverse()).toEqual(Object.values(idsV5).slice(0, 13));
  });

  test("keeps results, with the place of their bytes, and errors, with every character", () => {
    using opened = new Opened();
    const special = "quote ' \" \\ ; -- \n\t\r é 😀 \u2028 \u0000 \ud800 %s ?1";
    const { result } = opened.find("succeeded") as { result: string };
    expect(JSON.parse(result)).toEqual({ value: special });
    expect(opened.find("bytes")).toMatchObject({
      result: '{"type":"image/x-test","data":"//79/Pv6+fj39vX08/Lx8O/u7ew="}',
      bytesAt: 30,
    });
    expect(opened.find("noBytes")).toMatchObject({ bytesAt: 30 });
    const detail = `Task fails failed: ${special.toWellFormed()}`;
    expect(opened.find("failed")).toMatchObject({
      job: { error: { type: "task-failed", detail } },
    });
  });

  test("goes on: what ran under the killed server is queued again or cancelled", () => {
    using opened = new Opened();
    expect(opened.store.former).toBe(3);
    expect(opened.store.takeBack()).toBe(true);
    expect(opened.find("running")).toMatchObject({ job: { state: "queued", attempts: 0 } });
    expect(opened.find("cancelling")).toMatchObject({ job: { state: "cancelled" } });
    expect(opened.find("suspect")).toMatchObject({ job: { state: "queued", attempts: 3 } });
    const claimed = opened.ask<{ id: string; input: string }[]>({
      name: "claim",
      args: { limit: 9, onProbation: [] },
    });
    expect(claimed[0]).toMatchObject({ id: idsV5.queued, input: '{"value":"waits"}' });
  });

  test("knows its keys, and gives no number twice", () => {
    using opened = new Opened();
    const print = "IzVb1DniRThwyeL11VQ-Jfhl6SkJAAUqyC74Uo3nA5o";
    const jobs = [
      { ...plainJob, key: { name: "key-queued", fingerprints: [print] as [string] } },
      { ...plainJob, key: { name: 'it\'s-"2";--', fingerprints: ["another"] as [string] } },
      plainJob,
    ];
    const [again, other, fresh] = opened.ask<readonly Submitted[]>({
      name: "submit",
      args: { jobs },
    });
    expect(again).toMatchObject({ replayed: true, job: { id: idsV5.queued } });
    expect(other).toEqual({ kind: "key-conflict" });
    expect(opened.db.prepare("SELECT max(seq) AS seq FROM job").get()).toEqual({ seq: 15 });
    expect(Object.values(idsV5)).not.toContain((fresh as { job: { id: string } }).job.id);
  });

  test("is laid out so that it can shrink, and the operator is told once", () => {
    {
      using opened = new Opened();
      expect(opened.upgrades).toEqual([{ kind: "begins", version: newestVersion, jobs: 13 }]);
      expect(opened.db.prepare("PRAGMA auto_vacuum").get()).toEqual({ auto_vacuum: 2 });
    }
    using again = new Opened();
    expect(again.upgrades).toEqual([]);
  });

  test("is served, and the log says that it was brought up to date", async () => {
    moveTo(Date.now());
    await using server = await ServerProcess.start(["--queue", `sqlite:${path}`]);
    expect(server.stderr).toContain("is being brought to version 6, with 13 jobs");
    const job = await server.get<{ state: string }>(`/jobs/${idsV5.succeeded}`);
    expect(job.state).toBe("succeeded");
    expect((await fetch(`${server.url}/jobs/${idsV5.removed}`)).status).toBe(410);
  });
});

describe("a file of version 5 with many jobs", () => {
  const many = 30_000;

  beforeEach(() => {
    const db = new DatabaseSync(path);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    migrate(db, 5);
    db.exec(`WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${many})
      INSERT INTO job (state, task, priority, max_attempts, timeout_ms, backoff_ms, created_at, run_at, input)
        SELECT 1, 'double', 0, 3, 1000, 0, n, n, '{"value":' || n || '}' FROM number`);
    db.close();
  });

  /** Whole, in one of the two versions. @returns which */
  function requireWhole(): number {
    const db = new DatabaseSync(path);
    const version = versionOf(db);
    const inputs = version === 5 ? "job" : "job JOIN input USING (seq)";
    const count = db
      .prepare(`SELECT count(*) AS n FROM ${inputs} WHERE input LIKE '{"value":%'`)
      .get();
    expect(count).toEqual({ n: many });
    expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    db.close();
    return version;
  }

  test("is whole, whenever its migration is killed", async () => {
    const versions: number[] = [];
    const origin = `${path}.origin`;
    copyFileSync(path, origin);
    // Its log grows to about its own size, once for the migration and once for the new layout.
    const { size } = statSync(path);
    for (const share of [0.01, 0.2, 0.5, 0.9]) {
      copyFileSync(origin, path);
      const opening = spawn(process.execPath, ["--input-type=module", "--eval", openingScript()]);
      const ended = once(opening, "exit");
      while ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) < share * size) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      opening.kill("SIGKILL");
      expect(await ended).toEqual([null, "SIGKILL"]);
      expect(existsSync(`${path}-wal`)).toBe(true);
      versions.push(requireWhole());
    }
    expect(versions).toContain(5);
  });

  test("stays as it is if the disk is full, and the message says what to do", async () => {
    const before = readFileSync(path);
    const limit = before.length + 100_000;
    const failure = await ServerProcess.startLimited(["--queue", `sqlite:${path}`], limit).then(
      () => "it started",
      (error: Error) => error.message,
    );
    expect(failure).toMatch(/jobs\.db.*(full|disk I\/O error)/);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(requireWhole()).toBe(5);
  });

  function openingScript(): string {
    const opening = new URL(
      "../../../../../src/jobs/sqlite/thread/file/opening.ts",
      import.meta.url,
    );
    return `const { openDatabase } = await import(${JSON.stringify(opening.href)});
      openDatabase(${JSON.stringify(path)}).close(); setTimeout(() => {}, 60_000);`;
  }
});
