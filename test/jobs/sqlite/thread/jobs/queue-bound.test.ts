import { afterEach, beforeEach, expect, test } from "vitest";
import type { NewBatch, SubmittedBatch } from "../../../../../src/jobs/batch.ts";
import type { NewJob, Submitted } from "../../../../../src/jobs/new-job.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import { StoreOnFile } from "../../../../helpers/store-on-file.ts";
import { minute, SchedulesOnFile } from "../schedules-on-file.ts";

let queue: StoreOnFile;
beforeEach(() => {
  queue = new StoreOnFile({ maxQueued: 3 });
});
afterEach(() => queue[Symbol.dispose]());

const submitCommand = (parts: readonly Partial<NewJob>[]) => ({
  name: "submit" as const,
  args: { jobs: parts.map((job) => ({ ...plainJob, ...job })) },
});

function submit(...parts: readonly Partial<NewJob>[]): readonly Submitted[] {
  return queue.ask(submitCommand(parts));
}

function kinds(...parts: readonly Partial<NewJob>[]): string[] {
  return submit(...parts).map(({ kind }) => kind);
}

function submitBatch(count: number, more: Partial<NewBatch> = {}): SubmittedBatch {
  const jobs = Array.from({ length: count }, () => plainJob);
  return queue.ask({
    name: "submit-batch",
    args: { batch: { jobs, onEnd: null, key: null, ...more } },
  });
}

const key = { name: "k", fingerprints: ["f"] as const };
const succeeded = { kind: "succeeded", result: "1" } as const;

test("of many jobs those that fit are accepted, and each of the others is refused", () => {
  expect(kinds({}, {}, {}, {}, {})).toEqual([
    ...Array(3).fill("accepted"),
    ...Array(2).fill("queue-full"),
  ]);
  expect(queue.count("job")).toBe(3);
  expect(submit({})[0]).toEqual({ kind: "queue-full", queued: 3, most: 3, retryAfterSeconds: 60 });
});

test("the commands of one transaction are counted together", () => {
  const asked = [1, 2, 3, 4, 5].map((call) => ({ call, ...submitCommand([{}]) }));
  const answers = queue.store.carryOut(asked);
  expect(answers.filter((each) => JSON.stringify(each).includes("queue-full"))).toHaveLength(2);
  expect(queue.count("job")).toBe(3);
});

test("jobs that wait for a time or for others wait, too; those that run or have ended do not", () => {
  const [first] = queue.submitMany([{}]);
  submit({ runAt: queue.now + 60_000 }, { after: [{ id: first as string }] });
  expect(kinds({})).toEqual(["queue-full"]);
  const claimed = queue.claim();
  expect(kinds({}), "the first one runs").toEqual(["accepted"]);
  expect(kinds({})).toEqual(["queue-full"]);
  queue.end(claimed, succeeded);
  expect(kinds({}), "nobody has left the queue").toEqual(["queue-full"]);
});

test("a job that is cancelled makes room", () => {
  const [id] = queue.submitMany([{}, {}, {}]);
  queue.ask({ name: "cancel", args: { id: id as string, expected: undefined } });
  expect(kinds({}, {})).toEqual(["accepted", "queue-full"]);
});

test("what is no new job is answered although the queue is full", () => {
  const unique = { key: "u", while: "queued", onConflict: "return" } as const;
  submit({ key }, { unique }, {});
  expect(submit({ key })).toMatchObject([{ kind: "accepted", replayed: true }]);
  expect(submit({ unique })).toMatchObject([{ kind: "accepted", conflict: "returned" }]);
  const replacing = { ...unique, onConflict: "replace" } as const;
  expect(submit({ unique: replacing })).toMatchObject([{ kind: "accepted", conflict: "replaced" }]);
  expect(kinds({})).toEqual(["queue-full"]);
});

test("a key whose job was refused is free", () => {
  submit({}, {}, {});
  expect(kinds({ key })).toEqual(["queue-full"]);
  queue.claim();
  expect(submit({ key })).toMatchObject([{ kind: "accepted", replayed: false }]);
});

test("a batch is accepted whole or not at all, and a repeated one is answered", () => {
  expect(submitBatch(2, { key }).kind).toBe("accepted");
  expect(submitBatch(2)).toMatchObject({ kind: "queue-full", queued: 2, most: 3 });
  expect(queue.count("job")).toBe(2);
  expect(queue.count("batch")).toBe(1);
  expect(submitBatch(1).kind).toBe("accepted");
  expect(submitBatch(2, { key })).toMatchObject({ kind: "accepted", replayed: true });
});

test("attempts that are made again, and retries by hand, are let in", () => {
  submit({}, {}, {});
  const claimed = queue.claim();
  submit({});
  queue.end(claimed, { kind: "failed", error: { type: "task-failed", detail: "" }, retry: true });
  expect(queue.job(claimed.id).state).toBe("queued");
  expect(submit({})[0]).toMatchObject({ kind: "queue-full", queued: 4 });
});

test("a transaction that failed leaves the count as it was", () => {
  queue.db.exec(
    "CREATE TEMP TRIGGER breaks BEFORE INSERT ON main.job BEGIN SELECT raise(ABORT, 'no'); END",
  );
  for (let i = 0; i < 5; i++) queue.store.carryOut([{ call: 1, ...submitCommand([{}, {}]) }]);
  queue.db.exec("DROP TRIGGER breaks");
  expect(kinds({}, {}, {}, {})).toEqual([...Array(3).fill("accepted"), "queue-full"]);
});

test("the next server counts what the file has", () => {
  submit({}, {}, {});
  queue.claim();
  queue.reopen();
  expect(kinds({}, {})).toEqual(["accepted", "queue-full"]);
  queue.store.takeBack();
  expect(submit({})[0], "what ran waits again").toMatchObject({ queued: 4 });
});

test("a time of a schedule that finds the queue full is skipped, and the next one is not", () => {
  using planned = new SchedulesOnFile({ maxQueued: 2 });
  planned.put({ cron: "* * * * *" });
  planned.pass(minute);
  planned.pass(minute);
  planned.pass(minute);
  expect(planned.schedule).toMatchObject({ made: 2, skipped: 1 });
  planned.claim();
  planned.pass(minute);
  expect(planned.schedule).toMatchObject({ made: 3, skipped: 1 });
  expect(planned.madeFor).toEqual([minute, 2 * minute, 4 * minute]);
});

test("Retry-After follows from how fast jobs end", () => {
  const endOne = () => {
    submit({});
    queue.steady += 2000;
    queue.end(queue.claim(), succeeded);
  };
  for (let i = 0; i < 10; i++) endOne();
  submit({}, {}, {});
  expect(submit({})[0]).toMatchObject({ retryAfterSeconds: 2 });
  expect(submitBatch(3)).toMatchObject({ kind: "queue-full", retryAfterSeconds: 6 });
  queue.steady += 20_000;
  submit({});
  queue.steady += 20_000;
  submit({});
  expect(submit({})[0], "nothing ends any more").toMatchObject({ retryAfterSeconds: 60 });
});
