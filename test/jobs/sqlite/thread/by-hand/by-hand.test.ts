import { expect, test } from "vitest";
import type { ManyChanged } from "../../../../../src/jobs/control.ts";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../../../src/jobs/sqlite/thread/wall-clock.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";

test("a call that takes long changes fewer jobs, and the next one goes on", () => {
  using folder = new Folder();
  const db = openDatabase(folder.file("jobs.db"));
  let now = 10_000;
  // Time passes with each look at it.
  const steady = () => ++now;
  const clock = new WallClock(() => now, steady);
  const store = new Store({ db, retentionMs: 1e9, clock, random: () => 0.5 });
  store.carryOut([
    { call: 1, name: "submit", args: { jobs: Array.from({ length: 100 }, () => plainJob) } },
  ]);
  const changed: number[] = [];
  let cursor: string | null = null;
  do {
    const states = ["queued", "running"] as const;
    const selection = { states, limit: 1000, ...(cursor !== null && { cursor }) };
    const args = { action: "cancel", selection } as const;
    const [reply] = store.carryOut([{ call: 2, name: "change-many", args }]);
    const many = (reply as { readonly value: ManyChanged }).value;
    changed.push(many.changed);
    cursor = many.cursor;
  } while (cursor !== null);
  expect(changed.length).toBeGreaterThan(1);
  expect(changed.reduce((sum, each) => sum + each, 0)).toBe(100);
  expect(Math.min(...changed)).toBeGreaterThan(0);
  db.close();
});
