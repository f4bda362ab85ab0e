import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Assignment } from "../../../../src/jobs/assignment.ts";
import type { Found } from "../../../../src/jobs/job.ts";
import type { StoreCommand } from "../../../../src/jobs/messages/commands.ts";
import type { Submitted } from "../../../../src/jobs/new-job.ts";
import { openDatabase } from "../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../../src/jobs/sqlite/thread/wall-clock.ts";
import { plainJob } from "../../../contracts/queue-under-test.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";

let folder: Folder;
let db: ReturnType<typeof openDatabase>;
let store: Store;

beforeEach(() => {
  folder = new Folder();
  db = openDatabase(folder.file("jobs.db"));
  store = new Store({ db, retentionMs: 1000, clock: new WallClock(), random: Math.random });
});
afterEach(() => {
  db.close();
  folder[Symbol.dispose]();
});

function ask(...commands: StoreCommand[]) {
  return store.carryOut(commands.map((command, call) => ({ call, ...command })));
}
const told = <Value>(answer: object | undefined) => (answer as { value: Value }).value;

/** From now on the file cannot grow: the disk is full, for what SQLite can tell. */
function fillDisk(): void {
  const pages = Object.values(db.prepare("PRAGMA page_count").get() ?? {})[0];
  db.exec(`PRAGMA max_page_count = ${pages}`);
}
const emptyDisk = () => db.exec("PRAGMA max_page_count = 1000000");

const large = { ...plainJob, input: JSON.stringify("x".repeat(50_000)) };
const submit: StoreCommand = { name: "submit", args: { jobs: [large] } };

test("what is removed by the same group of commands is answered as it was", () => {
  const job = { ...plainJob, key: { name: "k", fingerprints: ["f"] as const } };
  const [first] = ask({ name: "submit", args: { jobs: [job] } });
  const [{ job: known }] = told<[Extract<Submitted, { kind: "accepted" }>]>(first);
  ask({ name: "cancel", args: { id: known.id } });
  const batch = { jobs: [{ ...plainJob, after: [{ id: known.id }] }], onEnd: null, key: null };
  const selection = { states: ["cancelled"], limit: 10 } as const;
  const [again, submitted, removed] = ask(
    { name: "submit", args: { jobs: [job] } },
    { name: "submit-batch", args: { batch } },
    { name: "change-many", args: { action: "remove", selection } },
  );
  expect(removed).toMatchObject({ value: { changed: 2 } });
  expect(again).toMatchObject({
    value: [{ replayed: true, job: { id: known.id, state: "cancelled" } }],
  });
  expect(submitted).toMatchObject({ value: { kind: "accepted", jobs: [expect.any(String)] } });
});

describe("on a full disk", () => {
  test("a submit is refused with the reason, and nothing of it is kept", () => {
    fillDisk();
    const [answer] = ask(submit);
    expect(answer).toMatchObject({ refusal: { type: "queue-unavailable" } });
    expect(JSON.stringify(answer)).toContain("database or disk is full");
    expect(store.trouble).toContain("full");
    expect(store.ready).toBe(0);
  });

  test("small jobs are still accepted, and reads go on", () => {
    const [first] = ask({ name: "submit", args: { jobs: [plainJob] } });
    fillDisk();
    const answers = ask(
      submit,
      { name: "submit", args: { jobs: [plainJob] } },
      { name: "stats", args: {} },
    );
    expect(answers.map((answer) => "value" in answer)).toEqual([false, true, true]);
    const [{ job }] = told<[Extract<Submitted, { kind: "accepted" }>]>(first);
    const [found] = ask({ name: "find", args: { id: job.id, withResult: false } });
    expect(told<Found>(found).kind).toBe("found");
  });

  test("the end of an attempt waits in memory until there is room, and is answered then", () => {
    ask({ name: "submit", args: { jobs: [plainJob] } });
    const [claimed] = ask({ name: "claim", args: { limit: 1, onProbation: [] } });
    const [assignment] = told<readonly [Assignment]>(claimed);
    fillDisk();
    const { id, token } = assignment;
    const result = JSON.stringify("y".repeat(50_000));
    expect(
      ask({ name: "end", args: { id, token, ending: { kind: "succeeded", result }, place: null } }),
    ).toEqual([]);
    expect(ask()).toEqual([]);
    emptyDisk();
    expect(ask()).toEqual([{ answer: 0, value: null }]);
    const [found] = ask({ name: "find", args: { id, withResult: true } });
    expect(told<Found>(found)).toMatchObject({ job: { state: "succeeded" }, result });
  });
});
