import { once } from "node:events";
import { existsSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askServer } from "../../../../../src/jobs/sqlite/backup/ask-server.ts";
import { checkCopy } from "../../../../../src/jobs/sqlite/backup/check-copy.ts";
import { Control } from "../../../../../src/jobs/sqlite/thread/by-hand/control.ts";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";

let folder: Folder;
let path: string;
let db: ReturnType<typeof openDatabase>;
let control: Control;
beforeEach(() => {
  folder = new Folder();
  path = folder.file("jobs.db");
  db = openDatabase(path);
});
afterEach(async () => {
  await control.close();
  db.close();
  folder[Symbol.dispose]();
});

/** @returns the kind of the last answer; the server may make the next backup then */
async function askBackup(): Promise<string> {
  const client = connect(`${path}-control`);
  let text = "";
  client.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  client.write("back-up\n");
  while (!/copied|failed/.test(text)) await once(client, "data");
  client.destroy();
  return /copied|failed/.exec(text)?.[0] ?? "";
}

test("a socket that cannot be protected is none, and the queue goes on", async () => {
  const { promise: trouble, resolve } = Promise.withResolvers<string>();
  control = new Control(db, path, resolve);
  rmSync(`${path}-control`);
  expect(await trouble).toContain("ENOENT");
});

test("a folder in the place of the copy is told, and the next backup is made", async () => {
  control = new Control(db, path, () => {});
  mkdirSync(`${path}-backup.part`);
  expect(await askBackup()).toBe("failed");
  rmdirSync(`${path}-backup.part`);
  while ((await askBackup()) === "failed"); // It is over when the server has seen that we are gone.
  while (existsSync(`${path}-backup.part`)) await new Promise((done) => setImmediate(done));
});

test("a copy that is complete is taken although the server stops", async () => {
  control = new Control(db, path, () => {});
  const noProgress = () => {};
  await askServer(path, noProgress, async (copy) => {
    await control.close();
    // Until the server has seen that nobody is connected any more.
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
    expect(checkCopy(copy)).toBe(0);
  });
});
