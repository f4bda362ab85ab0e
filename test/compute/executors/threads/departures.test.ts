import { afterEach, beforeEach, expect, test } from "vitest";
import { Departures } from "../../../../src/compute/executors/threads/departures.ts";
import { openPool, type Pool } from "../../../../src/compute/executors/threads/pool.ts";
import { isLateAnswer } from "../../../../src/compute/executors/threads/thread-crash.ts";

let pool: Pool;
let departures: Departures;

beforeEach(async () => {
  const settings = { threads: 1, heapBytes: 64 * 1024 ** 2, taskFiles: [], onError: () => {} };
  pool = openPool(settings);
  departures = new Departures(pool);
  await pool.run(null);
});
afterEach(() => pool.destroy());

test("a thread that the pool has no more is not ended again", async () => {
  const errors: unknown[] = [];
  pool.on("error", (error) => errors.push(error));
  const [thread] = pool.threads;
  if (!thread) throw new Error("The pool has no thread");
  const first = new Error("The first reason");
  departures.end(thread, first);
  departures.end(thread, new Error("The second reason"));
  await pool.run(null);
  expect(errors).toEqual([first]);
});

test("a run that is stopped before it has a thread does not wait for the end of another's", async () => {
  const others: unknown[] = [];
  pool.on("error", (error) => {
    if (!isLateAnswer(error)) others.push(error); // The thread may answer in the instant of its end.
  });
  const [running, waiting] = [new AbortController(), new AbortController()];
  const settled: string[] = [];
  const follow = (name: string, { signal }: AbortController) => {
    const answer = departures.follow(pool.run(null, { signal }), signal);
    return expect(answer.finally(() => settled.push(name))).rejects.toThrow();
  };
  const first = follow("the one in a thread", running);
  running.abort();
  const second = follow("the one that waits", waiting);
  waiting.abort();
  await Promise.all([first, second]);
  expect(settled).toEqual(["the one that waits", "the one in a thread"]);
  expect(others).toEqual([]);
});
