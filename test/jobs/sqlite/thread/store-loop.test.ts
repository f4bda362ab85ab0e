import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Reply } from "../../../../src/channel/envelope.ts";
import type { ClaimedJob, HostChannel } from "../../../../src/jobs/messages/commands.ts";
import { sqliteCodes } from "../../../../src/jobs/sqlite/codes.ts";
import { FileGuard } from "../../../../src/jobs/sqlite/thread/file/guard.ts";
import { openDatabase } from "../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Inbox } from "../../../../src/jobs/sqlite/thread/inbox.ts";
import { Store } from "../../../../src/jobs/sqlite/thread/store.ts";
import { StoreLoop } from "../../../../src/jobs/sqlite/thread/store-loop.ts";
import { WallClock } from "../../../../src/jobs/sqlite/thread/wall-clock.ts";
import { plainJob } from "../../../contracts/queue-under-test.ts";
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
  const inbox = new Inbox();
  const loop = new StoreLoop({ store, clock, guard, host, inbox });
  for (const call of [1, 2]) {
    inbox.add({ call, name: "submit", args: { jobs: [plainJob] } });
    loop.work();
  }
  loop.stop();
  expect(replies).toMatchObject([
    { answer: 1, value: [{ kind: "accepted" }] },
    { answer: 2, refusal: { type: "queue-unavailable" } },
  ]);
  expect(notes.filter((name) => name === "harm")).toHaveLength(1);
});

/** Its log is always long. */
class LongLog extends FileGuard {
  readonly #order: string[];

  readonly #onWrittenBack: () => void;

  constructor(path: string, order: string[], onWrittenBack: () => void) {
    super(db, path);
    this.#order = order;
    this.#onWrittenBack = onWrittenBack;
  }

  override get isLogLong(): boolean {
    return true;
  }

  override writeBack(): void {
    this.#order.push("log into the file");
    this.#onWrittenBack();
  }
}

test("answers do not wait until the log is in the file, nor do commands that come meanwhile", async () => {
  const order: string[] = [];
  guard.close();
  db = openDatabase(folder.file("jobs.db"));
  const { promise: writtenBack, resolve } = Promise.withResolvers<void>();
  guard = new LongLog(folder.file("jobs.db"), order, resolve);
  const clock = new WallClock();
  const store = new Store({ db, retentionMs: 1000, clock, random: Math.random });
  const host: HostChannel = {
    reply: ({ answer }) => order.push(`answer ${answer}`),
    note: () => {},
    flush: () => order.push("sent"),
  };
  const inbox = new Inbox();
  const loop = new StoreLoop({ store, clock, guard, host, inbox });
  for (const call of [1, 2]) {
    inbox.add({ call, name: "submit", args: { jobs: [plainJob] } });
    loop.work();
  }
  await writtenBack;
  loop.stop();
  expect(order).toEqual(["answer 1", "sent", "answer 2", "sent", "log into the file"]);
});

test("ends that came together are answered once all are on disk, large or not", () => {
  const replies: Reply[] = [];
  const host: HostChannel = {
    reply: (reply) => replies.push(reply),
    note: () => {},
    flush: () => {},
  };
  const clock = new WallClock();
  const store = new Store({ db, retentionMs: 1000, clock, random: Math.random });
  const inbox = new Inbox();
  const loop = new StoreLoop({ store, clock, guard, host, inbox });
  inbox.add({ call: 1, name: "submit", args: { jobs: [plainJob, plainJob] } });
  inbox.add({ call: 2, name: "claim", args: { limit: 2, onProbation: [] } });
  loop.work();
  const claimed = valueAt(replies, 2) as readonly ClaimedJob[];
  const ending = { kind: "succeeded", result: JSON.stringify("x".repeat(1_000_000)) } as const;
  const ends = claimed.map(({ seq, token }) => ({ seq, token, ending }));
  inbox.add({ call: 3, name: "ends", args: { ends, place: null } });
  db.exec("PRAGMA query_only = ON");
  loop.work();
  db.exec("PRAGMA query_only = OFF");
  expect([valueAt(replies, 3), inbox.isEmpty]).toEqual([undefined, false]);
  loop.work();
  loop.stop();
  expect(valueAt(replies, 3)).toBeNull();
  expect(db.prepare("SELECT count(*) AS n FROM result").get()).toEqual({ n: 2 });
});

function valueAt(replies: readonly Reply[], call: number): unknown {
  const reply = replies.find(({ answer }) => answer === call);
  return reply && "value" in reply ? reply.value : undefined;
}
