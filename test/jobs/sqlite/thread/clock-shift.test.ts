import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DueDeliveries } from "../../../../src/jobs/delivery.ts";
import type { ClaimedJob, StoreCommand } from "../../../../src/jobs/messages/commands.ts";
import type { Submitted } from "../../../../src/jobs/new-job.ts";
import { openDatabase } from "../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../../src/jobs/sqlite/thread/wall-clock.ts";
import { plainJob } from "../../../contracts/queue-under-test.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";

const many = 5000;
const pauseMs = 60_000;
const hour = 3_600_000;

let folder: Folder;
let db: DatabaseSync;
let store: Store;
/** What the wall clock is ahead of steady time. */
let ahead: number;
let steady: number;

function open(): void {
  const clock = new WallClock(
    () => steady + ahead,
    () => steady,
  );
  store = new Store({ db, retentionMs: 1000 * hour, clock, random: () => 0.999_999_9 });
}

beforeEach(() => {
  folder = new Folder();
  [ahead, steady] = [1_800_000_000_000, 1000];
  db = openDatabase(folder.file("jobs.db"));
  open();
  submit(many);
  db.exec(`UPDATE job SET state = 0, pause_ms = ${pauseMs}, run_at = ${steady + ahead + pauseMs}`);
  open();
});
afterEach(() => {
  db.close();
  folder[Symbol.dispose]();
});

function ask<Value>(command: StoreCommand): Value {
  store.checkClock();
  const [answer] = store.carryOut([{ call: 1, ...command }]);
  if (!answer || !("value" in answer)) throw new Error(JSON.stringify(answer));
  return answer.value as Value;
}

function submit(count: number): void {
  const jobs = Array.from({ length: count }, () => ({ ...plainJob, backoffMs: pauseMs }));
  ask({ name: "submit", args: { jobs } });
}

function claim(): readonly ClaimedJob[] {
  return ask({ name: "claim", args: { limit: 1, onProbation: [] } });
}

function fail(job: ClaimedJob | undefined): void {
  const { seq, token } = job as ClaimedJob;
  const error = { type: "task-failed", detail: "no luck" } as const;
  const ends = [{ seq, token, ending: { kind: "failed", error, retry: true } as const }];
  ask({ name: "ends", args: { ends, place: null } });
}

/** The times of pausing jobs, each with how many jobs have it. */
function times(): Record<string, unknown>[] {
  return db
    .prepare("SELECT run_at, count(*) AS n FROM job WHERE state = 0 GROUP BY 1 ORDER BY 1")
    .all()
    .map((row) => ({ ...row }));
}

test.each([[hour], [-hour]])("the clock is set by %i ms: many pauses move in steps", (step) => {
  const dueAt = steady + ahead + pauseMs;
  submit(1);
  const [running] = claim();
  ahead += step;
  store.checkClock();
  expect(times()).toHaveLength(2);
  // Its pause begins by the new time.
  fail(running);
  const freshAt = steady + ahead + pauseMs;
  expect(freshAt).toBe(dueAt + step);
  steady += pauseMs - 1;
  let steps = 1;
  for (; times().length > 1; steps++) {
    expect([store.hasUrgentChores, store.ready]).toEqual([true, 0]);
    store.doChores();
  }
  expect(steps).toBeGreaterThan(1);
  expect(times()).toEqual([{ run_at: dueAt + step, n: many + 1 }]);
  expect(store.hasUrgentChores).toBe(false);
  steady += 1;
  while (store.doChores() || (store.nextDueAt() ?? Number.POSITIVE_INFINITY) <= steady + ahead);
  expect(store.ready).toBe(many + 1);
});

test("jobs whose pause ends meanwhile wait for the last step, and those after it count as moved", () => {
  ahead += hour;
  store.checkClock();
  steady += pauseMs;
  store.doChores();
  expect([store.ready, store.hasUrgentChores]).toEqual([0, true]);
  ahead += hour;
  store.checkClock();
  while (store.hasUrgentChores) store.doChores();
  store.checkClock();
  while (store.hasUrgentChores) store.doChores();
  expect(store.trouble).toBeNull();
  while (store.ready < many) store.doChores();
  expect(claim()).toHaveLength(1);
});

test("a step that cannot be written is taken again", () => {
  const dueAt = steady + ahead + pauseMs;
  ahead += hour;
  store.checkClock();
  db.exec("PRAGMA query_only = ON");
  store.doChores();
  expect([store.trouble === null, times().length]).toEqual([false, 2]);
  db.exec("PRAGMA query_only = OFF");
  while (store.hasUrgentChores) store.doChores();
  expect(times()).toEqual([{ run_at: dueAt + hour, n: many }]);
});

test("many webhooks that pause move in steps, and none is claimed meanwhile", () => {
  const dueAt = steady + ahead + pauseMs;
  const insert = db.prepare(`INSERT INTO delivery
    (job, number, url, host, state, created_at, due_at, attempts)
    SELECT seq, 1, 'http://a/', 'a', 0, 0, ?, '[]' FROM job WHERE seq <= ?`);
  insert.run(dueAt, many);
  submitTold();
  const [sending] = claimDeliveries().due;
  if (!sending) throw new Error("nothing is due");
  ahead += hour;
  expect(claimDeliveries()).toMatchObject({ due: [], nextInMs: expect.any(Number) as number });
  const sent = { startedAt: 0, durationMs: 1, status: 500, error: "no", retryAfterMs: pauseMs };
  ask({ name: "report-delivery", args: { claim: sending.claim, sent } });
  const { seq } = sending.claim;
  const dueOf = () => db.prepare("SELECT due_at FROM delivery WHERE seq = ?").get(seq)?.["due_at"];
  const fresh = dueOf();
  expect(fresh).toBeGreaterThanOrEqual(dueAt + hour);
  while (store.hasUrgentChores) store.doChores();
  expect(dueOf()).toBe(fresh);
  const moved = db.prepare("SELECT count(*) AS n FROM delivery WHERE due_at = ?").get(dueAt + hour);
  expect(moved?.["n"]).toBeGreaterThanOrEqual(many);
});

function claimDeliveries(): DueDeliveries {
  return ask({
    name: "claim-deliveries",
    args: { request: { limit: 1, mostPerHost: 4, busy: {} } },
  });
}

/** Submits a job that is to be told of, and ends it. */
function submitTold(): void {
  const jobs = [{ ...plainJob, onEnd: { url: "http://b/" } }];
  const [submitted] = ask<Submitted[]>({ name: "submit", args: { jobs } });
  if (submitted?.kind !== "accepted") throw new Error("not accepted");
  ask({ name: "cancel", args: { id: submitted.job.id } });
}
