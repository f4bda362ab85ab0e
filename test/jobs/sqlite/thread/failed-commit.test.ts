/** A transaction that is not committed leaves nothing behind in memory, and nothing undone for good. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreOnFile } from "../../../helpers/store-on-file.ts";

let queue: StoreOnFile;
beforeEach(() => {
  queue = new StoreOnFile();
  queue.db.exec(`PRAGMA foreign_keys = ON;
    CREATE TEMP TABLE nobody (id INTEGER PRIMARY KEY);
    CREATE TEMP TABLE orphan (id REFERENCES nobody DEFERRABLE INITIALLY DEFERRED)`);
});
afterEach(() => queue[Symbol.dispose]());

/** From now on every commit fails that changes a job. SQLite looks at foreign keys only then. */
function breakCommits(): void {
  queue.db.exec(
    "CREATE TEMP TRIGGER breaks AFTER UPDATE ON main.job BEGIN INSERT INTO orphan VALUES (1); END",
  );
}
const mendCommits = () => queue.db.exec("DROP TRIGGER breaks");

test("jobs that wait for another one are told of its end after a commit that failed", () => {
  const id = queue.submit();
  queue.submitMany(Array(120).fill({ after: [{ id }] }));
  queue.end(queue.claim(), { kind: "succeeded", result: "1" });
  const { store } = queue;
  const told = store.ready;
  expect(told).toBeLessThan(120);
  breakCommits();
  store.doChores();
  expect([store.trouble === null, store.ready]).toEqual([false, told]);
  expect(store.hasUrgentChores).toBe(true);
  mendCommits();
  queue.chores();
  expect(store.ready).toBe(120);
});
