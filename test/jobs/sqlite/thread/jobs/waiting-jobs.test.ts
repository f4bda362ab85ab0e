import { afterEach, beforeEach, expect, test } from "vitest";
import type { Assignment } from "../../../../../src/jobs/assignment.ts";
import type { StoreCommand } from "../../../../../src/jobs/messages/commands.ts";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../../../src/jobs/sqlite/thread/wall-clock.ts";
import type { QueueStats } from "../../../../../src/jobs/stats.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";

let folder: Folder;
let db: ReturnType<typeof openDatabase>;
let store: Store;

function open(): void {
  db = openDatabase(folder.file("jobs.db"));
  store = new Store({ db, retentionMs: 1000, clock: new WallClock(), random: Math.random });
}
beforeEach(() => {
  folder = new Folder();
  open();
});
afterEach(() => {
  db.close();
  folder[Symbol.dispose]();
});

function ask<Value>(command: StoreCommand): Value {
  return (store.carryOut([{ call: 1, ...command }])[0] as unknown as { value: Value }).value;
}
const submit = (task: string, count: number) =>
  ask({
    name: "submit",
    args: { jobs: Array.from({ length: count }, () => ({ ...plainJob, task })) },
  });
const claim = (onProbation: readonly string[]) =>
  ask<readonly Assignment[]>({ name: "claim", args: { limit: 1, onProbation } }).map(
    ({ task }) => task,
  );
const waiting = () => [store.ready, store.quarantined];

test("jobs of a task on probation, however many, do not keep others from their turn", () => {
  submit("bomb", 1200);
  submit("work", 1);
  expect(claim(["bomb"])).toEqual(["work"]);
  expect(waiting()).toEqual([0, 1200]);
  expect(ask<Assignment>({ name: "claim-quarantined", args: {} }).task).toBe("bomb");
});

test("they are ready again after the probation, in their old order", () => {
  submit("bomb", 1200);
  claim(["bomb"]);
  ask({ name: "set-probation", args: { onProbation: [] } });
  expect(waiting()).toEqual([1200, 0]);
  expect(claim([])).toEqual(["bomb"]);
});

test("the age of the oldest waiting job includes jobs in quarantine", () => {
  const oldest = () => ask<QueueStats>({ name: "stats", args: {} }).oldestWaitingMs;
  submit("bomb", 1);
  submit("work", 1);
  claim(["bomb"]);
  submit("work", 1);
  expect(waiting()).toEqual([1, 1]);
  db.exec(`UPDATE job SET run_at = ${Date.now() - 60_000} WHERE task = 'bomb'`);
  expect(oldest()).toBeGreaterThanOrEqual(60_000);
  ask({ name: "claim-quarantined", args: {} });
  expect(oldest()).toBeLessThan(60_000);
  claim([]);
  expect(oldest()).toBeNull();
});

test("a new server has no task on probation, and keeps suspects in quarantine", () => {
  submit("bomb", 3);
  for (let loss = 0; loss < 2; loss++) {
    const [first] = ask<readonly Assignment[]>({
      name: "claim",
      args: { limit: 1, onProbation: [] },
    });
    ask({
      name: "lost",
      args: {
        attempts: [{ id: first?.id ?? "", token: first?.token ?? 0 }],
        wasAlone: true,
        place: null,
      },
    });
  }
  expect(claim(["bomb"])).toEqual([]);
  expect(waiting()).toEqual([0, 3]);
  db.close();
  open();
  while (store.doChores());
  expect(waiting()).toEqual([2, 1]);
});
