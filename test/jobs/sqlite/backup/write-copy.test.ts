import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { writeCopy } from "../../../../src/jobs/sqlite/backup/write-copy.ts";
import { openDatabase } from "../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";

test("a transaction that is open when the copy is begun holds it up, and no more", async () => {
  using folder = new Folder();
  const db = openDatabase(folder.file("jobs.db"));
  const copy = folder.file("copy.db");
  db.exec("BEGIN IMMEDIATE; INSERT INTO meta VALUES ('open', x'00')");
  const written = writeCopy(db, copy, () => {});
  await Promise.race([written, setTimeout(20)]);
  db.exec("COMMIT");
  await written;
  db.close();
  const copied = new DatabaseSync(copy, { readOnly: true });
  expect(copied.prepare("SELECT name FROM meta WHERE name = 'open'").get()).toBeDefined();
  copied.close();
});
