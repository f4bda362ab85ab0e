import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dueHostsOf } from "../../../src/jobs/sqlite/thread/webhooks/due-hosts.ts";
import { type DueHosts, HostTurns } from "../../../src/jobs/webhooks/host-turns.ts";

const now = 1000;
let db: DatabaseSync;
let hosts: DueHosts;
let turns: HostTurns;

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE delivery (seq INTEGER PRIMARY KEY, host TEXT, due_at INTEGER)");
  db.exec("CREATE INDEX delivery_host ON delivery (host, due_at) WHERE due_at IS NOT NULL");
  hosts = dueHostsOf(db);
  turns = new HostTurns();
});
afterEach(() => db.close());

/** One delivery for each of so many hosts. */
function add(count: number, dueAt: number, name = "host"): void {
  const insert = db.prepare("INSERT INTO delivery (host, due_at) VALUES (?, ?)");
  for (let index = 0; index < count; index++) insert.run(`${name}-${index}`, dueAt);
}

/** Claims until all hosts have been looked at. @returns how many each claim took */
function circle(limit = 20): number[] {
  const taken: number[] = [];
  for (let claims = 0; claims < 100; claims++) {
    const { seqs, isPartial } = turns.choose(hosts, { limit, mostPerHost: 4, busy: {} }, now);
    for (const seq of seqs) db.prepare("DELETE FROM delivery WHERE seq = ?").run(seq);
    taken.push(seqs.length);
    if (!isPartial) return taken;
  }
  throw new Error("a circle has no end");
}

test("with many hosts every one has its turn", () => {
  add(1200, now);
  let left = 1200;
  for (let round = 0; round < 60; round++) left -= circle().reduce((sum, each) => sum + each, 0);
  expect(left).toBe(0);
});

test("what is due behind thousands of hosts that wait is found at once", () => {
  add(2600, now + 1);
  add(3, now, "z");
  const taken = circle();
  expect(taken.reduce((sum, each) => sum + each, 0)).toBe(3);
  expect(taken.length).toBeGreaterThan(5);
});

test("a claim that finds nothing has an end, and so has the next one", () => {
  add(1600, now + 1);
  for (let round = 0; round < 2; round++) {
    const taken = circle();
    expect(new Set(taken)).toEqual(new Set([0]));
    expect(taken.length).toBeLessThanOrEqual(5);
  }
});

test("few hosts are looked at in one claim", () => {
  add(30, now + 1);
  expect(circle()).toEqual([0]);
});

test("a claim that is full ends its circle: the next one goes on behind it", () => {
  add(30, now);
  expect(circle(20)).toEqual([20]);
  expect(circle(20)).toEqual([10]);
});
