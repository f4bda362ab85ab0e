import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreOnFile } from "../../../../helpers/store-on-file.ts";

let queue: StoreOnFile;
beforeEach(() => {
  queue = new StoreOnFile();
});
afterEach(() => queue[Symbol.dispose]());

test("a job that was given back, and that nobody claims any more, expires in time", () => {
  const id = queue.submit({ startBefore: queue.now + 500 });
  const attempt = queue.claim();
  expect(queue.store.nextDueAt()).toBeUndefined();
  queue.end(attempt, { kind: "handed-back" });
  expect(queue.store.nextDueAt()).toBe(queue.now + 500);
  queue.now += 500;
  queue.chores();
  expect(queue.job(id).state).toBe("expired");
});

test("the time of a job is known from its submission on", () => {
  queue.submit();
  expect(queue.store.nextDueAt()).toBeUndefined();
  queue.submit({ startBefore: queue.now + 500 });
  expect(queue.store.nextDueAt()).toBe(queue.now + 500);
});

test("so does one that only waited in a worker of a former server", () => {
  const id = queue.submit({ startBefore: queue.now + 500 });
  queue.claim();
  queue.reopen();
  expect(queue.store.nextDueAt()).toBeUndefined();
  expect(queue.store.takeBack(() => "waiting")).toBe(true);
  expect(queue.store.nextDueAt()).toBe(queue.now + 500);
  queue.now += 500;
  queue.chores();
  expect(queue.job(id).state).toBe("expired");
});

test("a claim starts no job whose time is over, and takes the next one", () => {
  const late = queue.submit({ startBefore: queue.now + 500 });
  const next = queue.submit();
  queue.now += 500;
  expect(queue.claim().id).toBe(next);
  expect(queue.job(late)).toMatchObject({ state: "expired", attempts: 0, startedAt: null });
});
