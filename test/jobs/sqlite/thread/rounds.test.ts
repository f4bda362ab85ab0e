import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqliteCodes } from "../../../../src/jobs/sqlite/codes.ts";
import type { Asked, FromThread, Told } from "../../../../src/jobs/sqlite/commands.ts";
import { FileGuard } from "../../../../src/jobs/sqlite/thread/file/guard.ts";
import { openDatabase } from "../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Groups } from "../../../../src/jobs/sqlite/thread/group.ts";
import { Rounds } from "../../../../src/jobs/sqlite/thread/rounds.ts";
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
class DamagedAfterCommit extends Groups {
  override news(): never {
    const errcode = sqliteCodes.corrupt;
    throw Object.assign(new Error("database disk image is malformed"), { errcode });
  }
}

test("damage that is met after the commit does not deny what was committed", () => {
  const clock = new WallClock();
  const groups = new DamagedAfterCommit({ db, retentionMs: 1000, clock, random: Math.random });
  const told: FromThread[] = [];
  const rounds = new Rounds({ groups, clock, guard, tell: (message) => told.push(message) });
  const submit = (ref: number): Asked => ({ ref, command: { op: "submit", jobs: [plainJob] } });
  rounds.work([submit(1)]);
  rounds.work([submit(2)]);
  rounds.stop();
  const answers = told
    .filter((message): message is Told => message.kind === "told")
    .flatMap((message) => message.answers);
  expect(answers).toMatchObject([
    { ref: 1, value: [{ kind: "accepted" }] },
    { ref: 2, refusal: { type: "queue-unavailable" } },
  ]);
  expect(told.filter(({ kind }) => kind === "harm")).toHaveLength(1);
});
