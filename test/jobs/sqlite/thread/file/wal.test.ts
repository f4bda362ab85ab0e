import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { headerOf } from "../../../../../src/jobs/sqlite/thread/file/header.ts";
import { newestFirstPage } from "../../../../../src/jobs/sqlite/thread/file/wal.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";

/** A stroke in the life of a database with a log: a commit, a checkpoint, a crash's damage. */
const stroke = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1000 }).map((version) => ({ version })) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 20 }).map((rows) => ({ rows })) },
  { weight: 1, arbitrary: fc.constantFrom("PASSIVE", "RESTART").map((how) => ({ how })) },
);

/** What becomes of the log in the crash: cut at a place, or one byte of it turned. */
const damage = fc.record({
  cutAt: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  turnedAt: fc.option(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
});

test("the newest first page is the one that SQLite finds, whatever is left of the log", () => {
  using folder = new Folder();
  let count = 0;
  fc.assert(
    fc.property(fc.array(stroke, { maxLength: 15 }), damage, (strokes, { cutAt, turnedAt }) => {
      const path = folder.file(`${++count}.db`);
      const copy = `${path}.copy`;
      const db = new DatabaseSync(path);
      db.exec("PRAGMA synchronous = OFF; PRAGMA page_size = 512; PRAGMA journal_mode = WAL");
      db.exec("CREATE TABLE a (b)");
      for (const each of strokes) {
        if ("version" in each) db.exec(`PRAGMA user_version = ${each.version}`);
        else if ("rows" in each) db.exec("INSERT INTO a VALUES (1);".repeat(each.rows));
        else db.exec(`PRAGMA wal_checkpoint(${each.how})`);
      }
      copyFileSync(path, copy);
      const log = readFileSync(`${path}-wal`);
      db.close();
      if (turnedAt !== null && log.length > 0) {
        const at = Math.floor(turnedAt * log.length);
        log[at] = (log[at] ?? 0) ^ 0x5a;
      }
      writeFileSync(`${copy}-wal`, log.subarray(0, Math.ceil((cutAt ?? 1) * log.length)));

      const first = newestFirstPage(`${copy}-wal`) ?? readFileSync(copy);
      const again = new DatabaseSync(copy);
      const version = Object.values(again.prepare("PRAGMA user_version").get() ?? {})[0];
      again.close();
      expect(headerOf(first)?.userVersion).toBe(version);
      expect(existsSync(`${copy}-wal`)).toBe(false);
    }),
    { numRuns: 100 },
  );
});
