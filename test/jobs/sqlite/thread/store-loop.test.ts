import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Reply } from "../../../../src/channel/envelope.ts";
import { sqliteCodes } from "../../../../src/jobs/sqlite/codes.ts";
import type { AskedCommand, HostChannel } from "../../../../src/jobs/sqlite/commands.ts";
import { FileGuard } from "../../../../src/jobs/sqlite/thread/file/guard.ts";
import { openDatabase } from "../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../../src/jobs/sqlite/thread/store.ts";
import { StoreLoop } from "../../../../src/jobs/sqlite/thread/store-loop.ts";
import { WallClock } from "../../../../src/jobs/sqlite/thread/wall-clock.ts";
import { plainJob } from "../../../contracts/queue.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";

let folder: Folder;
let db: DatabaseSync;
let guard: FileGuard;
beforeEach(() => {
  folder = new Folder();
  db = openDatabase(folder.file("jobs.db"));
  guard = new FileGuard(db, folder.file("jobs.db"));
});
afterEach(() => {
  guard.close();
  folder[Symbol.dispose]();
});

/** SQLite meets the damage in a row that is read after the commit. */
class DamagedAfterCommit extends Store {
  override takeNews(): never {
    const errcode = sqliteCodes.corrupt;
    throw Object.assign(new Error("database disk image is malformed"), { errcode });
  }
}

test("damage found after the commit does not refuse what was committed", () => {
  const clock = new WallClock();
  const store = new DamagedAfterCommit({ db, retentionMs: 1000, clock, random: Math.random });
  const replies: Reply[] = [];
  const notes: string[] = [];
  const host: HostChannel = {
    reply: (reply) => replies.push(reply),
    note: (name) => notes.push(name),
    flush: () => {},
  };
  const loop = new StoreLoop({ store, clock, guard, host });
  const submit = (call: number): AskedCommand => ({
    call,
    name: "submit",
    args: { jobs: [plainJob] },
  });
  loop.work([submit(1)]);
  loop.work([submit(2)]);
  loop.stop();
  expect(replies).toMatchObject([
    { answer: 1, value: [{ kind: "accepted" }] },
    { answer: 2, refusal: { type: "queue-unavailable" } },
  ]);
  expect(notes.filter((name) => name === "harm")).toHaveLength(1);
});
